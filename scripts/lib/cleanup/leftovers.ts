import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeKeyPairsCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
} from '@aws-sdk/client-ec2';
import type { Aws } from '../aws/clients.ts';
import { snapshotsIn } from '../aws/images.ts';
import type { Plan } from '../plan/plan.ts';
import type { PackerRun } from '../record/packer-run.ts';
import {
  imageLeftover,
  instanceLeftover,
  keyPairLeftover,
  type Leftover,
  roleLeftovers,
  snapshotLeftover,
  volumeLeftover,
} from './removals.ts';

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
    run.roleName ? roleLeftovers(aws, run.roleName) : [],
  ]);
  const { Volumes = [] } = await aws.ec2.send(
    new DescribeVolumesCommand({ Filters: [...ofBuild, { Name: 'status', Values: ['available'] }] }),
  );
  return [
    ...instances,
    ...Volumes.map(({ VolumeId = '' }) => volumeLeftover(aws, VolumeId)),
    ...images,
    ...(keyPairs.KeyPairs ?? []).map(({ KeyName = '' }) => keyPairLeftover(aws, KeyName)),
    ...roles,
  ];
}

async function findInstances(aws: Aws, ofBuild: { Name: string; Values: string[] }[]): Promise<Leftover[]> {
  const alive = { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped', 'shutting-down'] };
  const { Reservations = [] } = await aws.ec2.send(new DescribeInstancesCommand({ Filters: [...ofBuild, alive] }));
  const instances = Reservations.flatMap(({ Instances = [] }) => Instances);
  return instances.map(({ InstanceId = '' }) => instanceLeftover(aws, InstanceId));
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
    ...images.flatMap(snapshotsIn),
  ]);
  return [
    ...images.map(({ ImageId = '' }) => imageLeftover(aws, ImageId)),
    ...[...snapshotIds].map(id => snapshotLeftover(aws, id)),
  ];
}

async function snapshotsDescribed(aws: Aws, description: string) {
  const Filters = [{ Name: 'description', Values: [description] }];
  const { Snapshots = [] } = await aws.ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters }));
  return Snapshots;
}
