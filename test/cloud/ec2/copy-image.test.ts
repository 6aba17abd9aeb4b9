import {
  CopyImageCommand,
  type CopyImageCommandInput,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
} from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { BASE_IMAGE_ID, type FakeCloud, fakeCloud } from '../fake-cloud.ts';

async function copy({ ec2 }: FakeCloud, input: Partial<CopyImageCommandInput> = {}): Promise<string> {
  const command = { SourceImageId: BASE_IMAGE_ID, SourceRegion: 'us-east-1', Name: 'copy', ...input };
  return (await ec2.send(new CopyImageCommand(command))).ImageId!;
}

test('an encrypted copy is pending, then available; its snapshot says from what it was copied', async () => {
  const cloud = await fakeCloud();
  const id = await copy(cloud, {
    Encrypted: true,
    Description: 'a copy',
    TagSpecifications: [{ ResourceType: 'snapshot', Tags: [{ Key: 'of', Value: 'base' }] }],
  });
  const describe = () => cloud.ec2.send(new DescribeImagesCommand({ ImageIds: [id] }));
  expect((await describe()).Images).toMatchObject([{ State: 'pending' }]);
  await cloud.behind.idle();
  const { Images } = await describe();
  expect(Images).toMatchObject([
    {
      State: 'available',
      Name: 'copy',
      Description: 'a copy',
      OwnerId: '123456789012',
      BlockDeviceMappings: [{ Ebs: { Encrypted: true } }],
    },
  ]);
  const { Snapshots } = await cloud.ec2.send(
    new DescribeSnapshotsCommand({
      OwnerIds: ['self'],
      Filters: [{ Name: 'description', Values: [`Copied for DestinationAmi ${id} *`] }],
    }),
  );
  expect(Snapshots).toMatchObject([{ Encrypted: true, State: 'completed', Tags: [{ Key: 'of', Value: 'base' }] }]);
  expect(Snapshots![0]!.Description).toMatch(
    /^Copied for DestinationAmi ami-\w+ from SourceAmi ami-0ba5e000000000001 for SourceSnapshot snap-0ba5e000000000001\. Task created on [\d,]+\.$/,
  );
  expect(cloud.state.images[id]!.layers).toEqual(['/base']);
});

test('a copy of an encrypted image is encrypted; tags come along only when asked for', async () => {
  const cloud = await fakeCloud();
  const first = await copy(cloud, { Name: 'first', Encrypted: true });
  await cloud.behind.idle();
  cloud.state.images[first]!.tags = { Name: 'x' };
  const plain = await copy(cloud, { Name: 'second', SourceImageId: first });
  const tagged = await copy(cloud, { Name: 'third', SourceImageId: first, CopyImageTags: true });
  await cloud.behind.idle();
  const { Images = [] } = await cloud.ec2.send(new DescribeImagesCommand({ ImageIds: [plain, tagged] }));
  expect(Images.map(({ BlockDeviceMappings }) => BlockDeviceMappings![0]!.Ebs!.Encrypted)).toEqual([true, true]);
  expect(cloud.state.images[plain]!.tags).toEqual({});
  expect(cloud.state.images[tagged]!.tags).toEqual({ Name: 'x' });
});

test.each([
  ['from another region', { SourceRegion: 'eu-west-1' }, 'InvalidParameterValue'],
  ['of nothing', { SourceImageId: 'ami-00000000' }, 'InvalidAMIID.NotFound'],
  ['without a proper name', { Name: '?' }, 'InvalidAMIName.Malformed'],
])('a copy %s is refused, and nothing is left', async (_what, input, name) => {
  const cloud = await fakeCloud();
  const before = Object.keys(cloud.state.snapshots);
  await expect(copy(cloud, input)).rejects.toMatchObject({ name });
  expect(Object.keys(cloud.state.snapshots)).toEqual(before);
});

test('an image that is still pending cannot be copied', async () => {
  const cloud = await fakeCloud();
  const id = await copy(cloud, { Name: 'first' });
  await expect(copy(cloud, { Name: 'second', SourceImageId: id })).rejects.toMatchObject({
    name: 'InvalidAMIID.Unavailable',
  });
});
