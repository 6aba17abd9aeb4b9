import { GetInstanceProfileCommand, GetRoleCommand } from '@aws-sdk/client-iam';
import type { Aws } from '../aws/clients.ts';
import { ifExists } from '../aws/errors.ts';
import { buildIdOf } from './instances.ts';
import { NO_ENTITY } from './removals.ts';

/** The names that packer gives temporary roles and instance profiles. */
const TEMPORARY = /^packer-[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/** How far the clocks of AWS and of this machine may differ, in milliseconds. */
const CLOCKS_DIFFER = 15 * 60 * 1000;

/** True for a name as packer makes it up for a temporary role, and its instance profile. */
export function isTemporaryRole(name: string): boolean {
  return TEMPORARY.test(name);
}

/**
 * Whether the temporary role and instance profile of that name, as far as they exist, are a build's: their tags say
 * so. Old packers don't tag them, and not every operator may; without a BuildId they have to be younger than the build.
 * Rights: iam:GetRole, iam:GetInstanceProfile.
 */
export async function isRoleOf(
  { iam }: Pick<Aws, 'iam'>,
  { buildId, startedAt }: { buildId: string; startedAt: string | Date },
  name: string,
): Promise<boolean> {
  if (!isTemporaryRole(name)) return false;
  const [role, profile] = await Promise.all([
    ifExists(NO_ENTITY, iam.send(new GetRoleCommand({ RoleName: name }))),
    ifExists(NO_ENTITY, iam.send(new GetInstanceProfileCommand({ InstanceProfileName: name }))),
  ]);
  const found = [role?.Role, profile?.InstanceProfile].flatMap(one => (one ? [one] : []));
  const told = found.flatMap(({ Tags }) => buildIdOf(Tags) ?? []);
  if (told.length > 0) return told.every(other => other === buildId);
  const earliest = new Date(startedAt).getTime() - CLOCKS_DIFFER;
  return found.length > 0 && found.every(({ CreateDate }) => (CreateDate?.getTime() ?? 0) >= earliest);
}
