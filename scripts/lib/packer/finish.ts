import {
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  type EC2Client,
  ModifyImageAttributeCommand,
  type Tag,
} from '@aws-sdk/client-ec2';
import { snapshotsIn } from '../aws/images.ts';
import { Failure } from '../command/problems.ts';

/**
 * Does what the template can't say on every packer: instances of the image require IMDSv2. An image that is not this
 * build's, by its tag, is not touched. Then reads the image back and makes sure that it and its snapshots carry the tags.
 */
export async function finish(ec2: EC2Client, imageId: string, tags: Record<string, string>): Promise<void> {
  const read = () => ec2.send(new DescribeImagesCommand({ ImageIds: [imageId], Owners: ['self'] }));
  const { Images: [made] = [] } = await read();
  const { BuildId = '' } = tags;
  const isOthers = made ? differences(imageId, { BuildId }, made.Tags) : [`${imageId} is no image of this account`];
  if (isOthers.length > 0) throw new Failure(`The image is not this build's:\n${isOthers.join('\n')}`);
  await ec2.send(new ModifyImageAttributeCommand({ ImageId: imageId, ImdsSupport: { Value: 'v2.0' } }));
  const { Images: [image] = [] } = await read();
  const snapshotIds = snapshotsIn(image ?? {});
  const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: snapshotIds }));
  const wrong = [
    ...differences(imageId, tags, image?.Tags),
    ...Snapshots.flatMap(({ SnapshotId = '', Tags }) => differences(SnapshotId, tags, Tags)),
  ];
  if (image?.ImdsSupport !== 'v2.0') wrong.push(`${imageId} does not require IMDSv2`);
  for (const { SnapshotId, Encrypted } of Snapshots) if (!Encrypted) wrong.push(`${SnapshotId} is not encrypted`);
  if (wrong.length > 0) throw new Failure(`The image is not as it should be:\n${wrong.join('\n')}`);
}

/** Tags that a resource should carry and does not, or with another value; a sentence for each. */
export function differences(id: string, wanted: Record<string, string>, found: Tag[] = []): string[] {
  return Object.entries(wanted)
    .map(([key, value]) => ({ key, value, is: found.find(({ Key }) => Key === key)?.Value }))
    .filter(({ value, is }) => is !== value)
    .map(({ key, value, is }) => `${id}: the tag ${key} is ${is ?? 'missing'} instead of ${value}`);
}
