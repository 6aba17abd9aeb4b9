import { rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { CreateTagsCommand } from '@aws-sdk/client-ec2';
import { TagInstanceProfileCommand, TagRoleCommand } from '@aws-sdk/client-iam';
import { boolean, looseObject, optional, string } from 'valibot';
import type { Aws } from '../aws/clients.ts';
import type { KeyPair } from '../aws/key-pair.ts';
import { shellWord } from '../command/clean.ts';
import type { Plan } from '../plan/plan.ts';
import { writeJsonIfPossible } from './json-file.ts';
import type { PackerRun } from './packer-run.ts';
import { readRecord } from './read-record.ts';
import type { BuildRecord } from './record.ts';

/** What a failed build kept with on_error=keep: its instance, and what belongs to it. */
export interface Kept extends PackerRun {
  keyPair: KeyPair;
}

const FILE = 'kept.json';

const KEPT_RECORD = looseObject({
  log: string(),
  instanceId: optional(string()),
  address: optional(string()),
  roleName: optional(string()),
  sealed: optional(boolean()),
  keyPair: looseObject({ name: string(), privateKeyFile: string() }),
});

/** Remembers in the build's record what was kept; if it can't, it says so, and what is kept is still told. */
export function writeKept(record: BuildRecord, kept: Kept): Kept {
  writeJsonIfPossible(join(record.folder, FILE), kept);
  return kept;
}

/** Tag of an instance that was kept, and of its role: `make sweep` leaves them alone, on whichever machine it runs. */
export const KEPT = 'Kept';

/** Marks what is kept. What can't be marked is kept all the same. */
export async function markKept(
  { ec2, iam }: Pick<Aws, 'ec2' | 'iam'>,
  { instanceId, roleName }: Pick<PackerRun, 'instanceId' | 'roleName'>,
): Promise<void> {
  const Tags = [{ Key: KEPT, Value: 'yes' }];
  await Promise.allSettled([
    ...(instanceId ? [ec2.send(new CreateTagsCommand({ Resources: [instanceId], Tags }))] : []),
    ...(roleName
      ? [
          iam.send(new TagRoleCommand({ RoleName: roleName, Tags })),
          iam.send(new TagInstanceProfileCommand({ InstanceProfileName: roleName, Tags })),
        ]
      : []),
  ]);
}

/** What the build in this folder kept; nothing if it kept nothing, or if that is gone by now. */
export function readKept(folder: string): Kept | undefined {
  return readRecord(join(folder, FILE), KEPT_RECORD) as Kept | undefined;
}

/** Forgets what was kept, once it is gone. */
export function forgetKept(folder: string): void {
  rmSync(join(folder, FILE), { force: true });
}

/** For people: what was kept, and how to look at it, go on with it, or give it up. */
export function whatIsKept({ loginUser, buildId }: Plan, { instanceId, address, roleName, keyPair }: Kept): string {
  return [
    `The build instance ${instanceId} was kept, with key pair ${keyPair.name} and role ${roleName}.`,
    `Log in:     ssh -i ${shellWord(relative('', keyPair.privateKeyFile))} ${loginUser}@${address ?? 'ADDRESS'}`,
    `Go on:      make resume build=${buildId}`,
    `Remove it:  make resume build=${buildId} give_up=yes`,
  ].join('\n');
}
