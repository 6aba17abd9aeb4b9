import { DescribeImageAttributeCommand, DescribeSnapshotAttributeCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { ifExists } from '../../aws/errors.ts';
import type { Image } from '../../aws/images.ts';
import type { Use } from './use.ts';

/** Who holds a permission: an account, an organisation or a part of one, or everybody. */
interface Holder {
  UserId?: string | undefined;
  Group?: string | undefined;
  OrganizationArn?: string | undefined;
  OrganizationalUnitArn?: string | undefined;
}

/**
 * Who else may launch an image, or make volumes of its snapshots. What they do with it can't be seen from here, so that
 * a permission counts as a use. Rights: ec2:DescribeImageAttribute, ec2:DescribeSnapshotAttribute.
 */
export async function usesByOthers(ec2: EC2Client, { id, snapshots }: Image): Promise<Use[]> {
  const { LaunchPermissions = [] } = await ec2.send(
    new DescribeImageAttributeCommand({ ImageId: id, Attribute: 'launchPermission' }),
  );
  const uses = LaunchPermissions.map(holder => ({ imageId: id, by: `${holderName(holder)} (it is shared)` }));
  for (const SnapshotId of snapshots) {
    const Attribute = 'createVolumePermission';
    const asked = ec2.send(new DescribeSnapshotAttributeCommand({ SnapshotId, Attribute }));
    const answer = await ifExists(['InvalidSnapshot.NotFound'], asked);
    const holders = answer?.CreateVolumePermissions ?? [];
    uses.push(...holders.map(holder => ({ imageId: id, by: `${holderName(holder)} (its snapshot is shared)` })));
  }
  return uses;
}

/** A holder for people. */
export function holderName({ UserId, Group, OrganizationArn, OrganizationalUnitArn }: Holder): string {
  if (Group === 'all') return 'everybody';
  return UserId ? `account ${UserId}` : (OrganizationArn ?? OrganizationalUnitArn ?? `group ${Group}`);
}
