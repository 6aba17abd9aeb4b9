import {
  DeleteKeyPairCommand,
  DeleteSecurityGroupCommand,
  DeleteSnapshotCommand,
  DeleteVolumeCommand,
  DeregisterImageCommand,
  TerminateInstancesCommand,
  waitUntilInstanceTerminated,
} from '@aws-sdk/client-ec2';
import {
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetInstanceProfileCommand,
  GetRoleCommand,
  ListRolePoliciesCommand,
  RemoveRoleFromInstanceProfileCommand,
} from '@aws-sdk/client-iam';
import type { Aws } from '../aws/clients.ts';
import { ifExists, reasonOf } from '../aws/errors.ts';

// How each kind of thing that a build creates is removed. They are listed in the order in which they can be.

/** Something that a build created and that should not outlive it. */
export interface Leftover {
  kind: 'instance' | 'volume' | 'image' | 'snapshot' | 'key pair' | 'security group' | 'instance profile' | 'role';
  id: string;
  remove: () => Promise<unknown>;
}

type Services = Pick<Aws, 'ec2' | 'iam'>;

/** Instances are waited for until they are gone, since volumes and roles hang on them; in seconds. */
const TERMINATION_TIMEOUT = 300;

/** What IAM says of roles and instance profiles that don't exist. */
export const NO_ENTITY = ['NoSuchEntityException'];

export function instanceLeftover({ ec2 }: Services, id: string): Leftover {
  const remove = async () => {
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    const wait = { client: ec2, maxWaitTime: TERMINATION_TIMEOUT, minDelay: 1, maxDelay: 5 };
    await waitUntilInstanceTerminated(wait, { InstanceIds: [id] });
  };
  return { kind: 'instance', id, remove };
}

export function volumeLeftover({ ec2 }: Services, id: string): Leftover {
  return { kind: 'volume', id, remove: () => ec2.send(new DeleteVolumeCommand({ VolumeId: id })) };
}

/** An image, whose snapshots are leftovers of their own and come after it. */
export function imageLeftover({ ec2 }: Services, id: string): Leftover {
  return { kind: 'image', id, remove: () => ec2.send(new DeregisterImageCommand({ ImageId: id })) };
}

export function snapshotLeftover({ ec2 }: Services, id: string): Leftover {
  return { kind: 'snapshot', id, remove: () => ec2.send(new DeleteSnapshotCommand({ SnapshotId: id })) };
}

/** A key pair, by its name. */
export function keyPairLeftover({ ec2 }: Services, id: string): Leftover {
  return { kind: 'key pair', id, remove: () => ec2.send(new DeleteKeyPairCommand({ KeyName: id })) };
}

export function securityGroupLeftover({ ec2 }: Services, id: string): Leftover {
  return { kind: 'security group', id, remove: () => ec2.send(new DeleteSecurityGroupCommand({ GroupId: id })) };
}

/** The temporary instance profile and role, which packer gives one name, as far as they exist. */
export async function roleLeftovers({ iam }: Services, name: string): Promise<Leftover[]> {
  const [profile, role] = await Promise.all([
    ifExists(NO_ENTITY, iam.send(new GetInstanceProfileCommand({ InstanceProfileName: name }))),
    ifExists(NO_ENTITY, iam.send(new GetRoleCommand({ RoleName: name }))),
  ]);
  const leftovers: Leftover[] = [];
  if (profile) {
    const attached = profile.InstanceProfile?.Roles?.map(({ RoleName }) => RoleName) ?? [];
    const remove = async () => {
      for (const RoleName of attached) {
        await iam.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName: name, RoleName }));
      }
      await iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName: name }));
    };
    leftovers.push({ kind: 'instance profile', id: name, remove });
  }
  if (role) {
    const remove = async () => {
      const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName: name }));
      for (const PolicyName of PolicyNames) {
        await iam.send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName }));
      }
      await iam.send(new DeleteRoleCommand({ RoleName: name }));
    };
    leftovers.push({ kind: 'role', id: name, remove });
  }
  return leftovers;
}

/** Something that could not be removed, and why. */
export interface Remaining extends Leftover {
  error: unknown;
}

/** What could not be removed, each with the reason; for people, who have to do it. */
export function remainingAsText(remaining: readonly Remaining[]): string {
  const lines = remaining.map(({ kind, id, error }) => `    ${kind} ${id}: ${reasonOf(error)}`);
  return ['Left in AWS, please remove:', ...lines].join('\n');
}

/** True where AWS says that there is nothing to remove: somebody else was faster, or it went with what it hung on. */
export function isGone(error: unknown): boolean {
  return error instanceof Error && /NotFound$|^NoSuchEntity|^InvalidAMIID\.Unavailable$/.test(error.name);
}

/** Removes them one after the other; returns those that could not be removed. `removing` is told of each before. */
export async function removeLeftovers(
  leftovers: readonly Leftover[],
  removing: (leftover: Leftover) => void = () => {},
): Promise<Remaining[]> {
  const remaining: Remaining[] = [];
  for (const leftover of leftovers) {
    removing(leftover);
    try {
      await leftover.remove();
    } catch (error) {
      if (isGone(error)) continue;
      remaining.push({ ...leftover, error });
    }
  }
  return remaining;
}
