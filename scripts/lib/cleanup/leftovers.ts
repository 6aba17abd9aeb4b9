import { DescribeKeyPairsCommand, DescribeVolumesCommand } from '@aws-sdk/client-ec2';
import type { Aws } from '../aws/clients.ts';
import type { Plan } from '../plan/plan.ts';
import type { PackerRun } from '../record/packer-run.ts';
import { imagesOfBuild } from './images.ts';
import { instancesOfBuild, profileOf, taggedAs } from './instances.ts';
import {
  imageLeftover,
  instanceLeftover,
  keyPairLeftover,
  type Leftover,
  roleLeftovers,
  snapshotLeftover,
  volumeLeftover,
} from './removals.ts';
import { isRoleOf } from './roles.ts';

/**
 * Finds what a build left behind, in the order in which it can be removed. AWS is asked for what carries the build's
 * tags, or was made of what does; the role's name alone is packer's word, and IAM is asked whose that role is.
 */
export async function findLeftovers(
  aws: Aws,
  plan: Plan,
  { roleName, firstImageIds = [] }: Pick<PackerRun, 'roleName' | 'firstImageIds'>,
): Promise<Leftover[]> {
  const { ec2 } = aws;
  const Filters = taggedAs(plan.buildTags);
  const free = { Name: 'status', Values: ['available'] };
  const [instances, { Volumes = [] }, { KeyPairs = [] }] = await Promise.all([
    instancesOfBuild(ec2, plan),
    ec2.send(new DescribeVolumesCommand({ Filters: [...Filters, free] })),
    ec2.send(new DescribeKeyPairsCommand({ Filters })),
  ]);
  const [{ images, snapshotIds }, roles] = await Promise.all([
    imagesOfBuild(
      ec2,
      plan,
      instances.map(({ InstanceId = '' }) => InstanceId),
      firstImageIds,
    ),
    findRoles(aws, plan, [roleName, ...instances.map(profileOf)]),
  ]);
  return [
    ...instances
      .filter(({ State }) => State?.Name !== 'terminated')
      .map(({ InstanceId = '' }) => instanceLeftover(aws, InstanceId)),
    ...Volumes.map(({ VolumeId = '' }) => volumeLeftover(aws, VolumeId)),
    ...images.map(({ ImageId = '' }) => imageLeftover(aws, ImageId)),
    ...snapshotIds.map(id => snapshotLeftover(aws, id)),
    ...KeyPairs.map(({ KeyName = '' }) => keyPairLeftover(aws, KeyName)),
    ...roles,
  ];
}

async function findRoles(aws: Aws, plan: Plan, names: readonly (string | undefined)[]): Promise<Leftover[]> {
  const found: Leftover[] = [];
  for (const name of new Set(names)) {
    if (name && (await isRoleOf(aws, plan, name))) found.push(...(await roleLeftovers(aws, name)));
  }
  return found;
}
