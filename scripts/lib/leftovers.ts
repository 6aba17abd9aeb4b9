import {
  DeleteKeyPairCommand,
  DeleteSnapshotCommand,
  DeleteVolumeCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeKeyPairsCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
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
import type { Aws } from './aws.ts';
import { ifExists } from './aws-errors.ts';
import type { PackerRun } from './packer.ts';
import type { Plan } from './plan.ts';

/** Something that a build created and that should not outlive it. */
export interface Leftover {
  kind: 'instance' | 'volume' | 'image' | 'snapshot' | 'key pair' | 'instance profile' | 'role';
  id: string;
  remove: () => Promise<unknown>;
}

/** Instances are waited for until they are gone, since volumes and roles hang on them; in seconds. */
const TERMINATION_TIMEOUT = 300;

/** What IAM says of roles and instance profiles that don't exist. */
const NO_ENTITY = ['NoSuchEntityException'];

/**
 * Finds what a build left behind: by its build id, by the names that packer told, and, for the images and snapshots
 * of an interrupted copy, by the descriptions that EC2 gives snapshots. In the order in which they can be removed.
 */
export async function findLeftovers(aws: Aws, plan: Plan, run: PackerRun): Promise<Leftover[]> {
  const ofBuild = [{ Name: 'tag:BuildId', Values: [plan.buildId] }];
  const [instances, images, keyPairs, roles] = await Promise.all([
    findInstances(aws, ofBuild),
    findImages(aws, plan, run),
    aws.ec2.send(new DescribeKeyPairsCommand({ Filters: ofBuild })),
    run.roleName ? findRole(aws, run.roleName) : [],
  ]);
  const { Volumes = [] } = await aws.ec2.send(
    new DescribeVolumesCommand({ Filters: [...ofBuild, { Name: 'status', Values: ['available'] }] }),
  );
  return [
    ...instances,
    ...Volumes.map(({ VolumeId: id = '' }) => ({
      kind: 'volume' as const,
      id,
      remove: () => aws.ec2.send(new DeleteVolumeCommand({ VolumeId: id })),
    })),
    ...images,
    ...(keyPairs.KeyPairs ?? []).map(({ KeyName: id = '' }) => ({
      kind: 'key pair' as const,
      id,
      remove: () => aws.ec2.send(new DeleteKeyPairCommand({ KeyName: id })),
    })),
    ...roles,
  ];
}

/** Removes them one after the other; returns those that could not be removed. */
export async function removeLeftovers(leftovers: Leftover[]): Promise<Leftover[]> {
  const remaining: Leftover[] = [];
  for (const leftover of leftovers) {
    try {
      await leftover.remove();
    } catch {
      remaining.push(leftover);
    }
  }
  return remaining;
}

async function findInstances(aws: Aws, ofBuild: { Name: string; Values: string[] }[]): Promise<Leftover[]> {
  const alive = { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped', 'shutting-down'] };
  const { Reservations = [] } = await aws.ec2.send(new DescribeInstancesCommand({ Filters: [...ofBuild, alive] }));
  return Reservations.flatMap(({ Instances = [] }) => Instances).map(({ InstanceId: id = '' }) => ({
    kind: 'instance',
    id,
    remove: async () => {
      await aws.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
      const wait = { client: aws.ec2, maxWaitTime: TERMINATION_TIMEOUT, minDelay: 1, maxDelay: 5 };
      await waitUntilInstanceTerminated(wait, { InstanceIds: [id] });
    },
  }));
}

/**
 * The finished image by its name; the intermediate one, whose name packer makes up, through the instance it came from.
 * Snapshots are found by their descriptions, since an image that is still pending does not name them.
 */
async function findImages(aws: Aws, plan: Plan, run: PackerRun): Promise<Leftover[]> {
  const { Images: finished = [] } = await aws.ec2.send(
    new DescribeImagesCommand({ Owners: ['self'], Filters: [{ Name: 'name', Values: [plan.imageName] }] }),
  );
  const created = run.instanceId ? await snapshotsDescribed(aws, `Created by CreateImage(${run.instanceId})*`) : [];
  const copied = await Promise.all(
    finished.map(({ ImageId }) => snapshotsDescribed(aws, `Copied for DestinationAmi ${ImageId} *`)),
  );
  const imageIds = new Set([
    ...finished.map(({ ImageId = '' }) => ImageId),
    ...created.flatMap(({ Description = '' }) => / for (ami-[0-9a-f]+)/.exec(Description)?.[1] ?? []),
  ]);
  const { Images: images = [] } =
    imageIds.size === 0
      ? {}
      : await aws.ec2.send(new DescribeImagesCommand({ Filters: [{ Name: 'image-id', Values: [...imageIds] }] }));
  const snapshotIds = new Set([
    ...[...created, ...copied.flat()].map(({ SnapshotId = '' }) => SnapshotId),
    ...images.flatMap(({ BlockDeviceMappings = [] }) =>
      BlockDeviceMappings.flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []),
    ),
  ]);
  return [
    ...images.map(({ ImageId: id = '' }) => ({
      kind: 'image' as const,
      id,
      remove: () => aws.ec2.send(new DeregisterImageCommand({ ImageId: id })),
    })),
    ...[...snapshotIds].map(id => ({
      kind: 'snapshot' as const,
      id,
      remove: () => aws.ec2.send(new DeleteSnapshotCommand({ SnapshotId: id })),
    })),
  ];
}

async function snapshotsDescribed(aws: Aws, description: string) {
  const Filters = [{ Name: 'description', Values: [description] }];
  const { Snapshots = [] } = await aws.ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters }));
  return Snapshots;
}

/** The temporary instance profile and role, which packer gives one name. */
async function findRole(aws: Aws, name: string): Promise<Leftover[]> {
  const [profile, role] = await Promise.all([
    ifExists(NO_ENTITY, aws.iam.send(new GetInstanceProfileCommand({ InstanceProfileName: name }))),
    ifExists(NO_ENTITY, aws.iam.send(new GetRoleCommand({ RoleName: name }))),
  ]);
  const leftovers: Leftover[] = [];
  if (profile) {
    const attached = profile.InstanceProfile?.Roles?.map(({ RoleName }) => RoleName) ?? [];
    const remove = async () => {
      for (const RoleName of attached) {
        await aws.iam.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName: name, RoleName }));
      }
      await aws.iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName: name }));
    };
    leftovers.push({ kind: 'instance profile', id: name, remove });
  }
  if (role) {
    const remove = async () => {
      const { PolicyNames = [] } = await aws.iam.send(new ListRolePoliciesCommand({ RoleName: name }));
      for (const PolicyName of PolicyNames) {
        await aws.iam.send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName }));
      }
      await aws.iam.send(new DeleteRoleCommand({ RoleName: name }));
    };
    leftovers.push({ kind: 'role', id: name, remove });
  }
  return leftovers;
}
