import {
  CopyImageCommand,
  DescribeSnapshotAttributeCommand,
  ModifySnapshotAttributeCommand,
  type ModifySnapshotAttributeCommandInput,
} from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { BASE_IMAGE_ID, type FakeCloud, fakeCloud } from '../fake-cloud.ts';

const OTHER = '111122223333';

async function snapshotOfCopy(cloud: FakeCloud, input: object = {}): Promise<string> {
  const command = { SourceImageId: BASE_IMAGE_ID, SourceRegion: 'us-east-1', Name: 'copy', ...input };
  const { ImageId } = await cloud.ec2.send(new CopyImageCommand(command));
  await cloud.behind.idle();
  return cloud.state.images[ImageId!]!.snapshotId;
}

const modify = ({ ec2 }: FakeCloud, input: ModifySnapshotAttributeCommandInput) =>
  ec2.send(new ModifySnapshotAttributeCommand(input));

async function permissions({ ec2 }: FakeCloud, SnapshotId: string) {
  const Attribute = 'createVolumePermission';
  return (await ec2.send(new DescribeSnapshotAttributeCommand({ SnapshotId, Attribute }))).CreateVolumePermissions;
}

test('a snapshot is shared and that is taken back, in both ways of asking', async () => {
  const cloud = await fakeCloud();
  const SnapshotId = await snapshotOfCopy(cloud);
  await modify(cloud, { SnapshotId, CreateVolumePermission: { Add: [{ UserId: OTHER }, { Group: 'all' }] } });
  expect(await permissions(cloud, SnapshotId)).toEqual([{ UserId: OTHER }, { Group: 'all' }]);
  const Attribute = 'createVolumePermission';
  await modify(cloud, { SnapshotId, Attribute, OperationType: 'remove', UserIds: [OTHER], GroupNames: ['all'] });
  expect(await permissions(cloud, SnapshotId)).toEqual([]);
});

test('what the key that AWS manages encrypts can not be shared, what another key encrypts can', async () => {
  const cloud = await fakeCloud();
  const share = (SnapshotId: string) =>
    modify(cloud, { SnapshotId, CreateVolumePermission: { Add: [{ UserId: OTHER }] } });
  await expect(share(await snapshotOfCopy(cloud, { Encrypted: true }))).rejects.toMatchObject({
    name: 'OperationNotPermitted',
    message: 'Encrypted snapshots with EBS default key cannot be shared',
  });
  await share(await snapshotOfCopy(cloud, { Name: 'other', Encrypted: true, KmsKeyId: 'alias/mine' }));
});

test("nobody shares, or looks into, somebody else's snapshot, and nothing is shared with nobody", async () => {
  const cloud = await fakeCloud();
  const [theirs = ''] = Object.keys(cloud.state.snapshots);
  await expect(permissions(cloud, theirs)).rejects.toMatchObject({ name: 'AuthFailure' });
  const SnapshotId = await snapshotOfCopy(cloud);
  await expect(modify(cloud, { SnapshotId, CreateVolumePermission: { Add: [{ UserId: 'x' }] } })).rejects.toMatchObject(
    { name: 'InvalidParameterValue' },
  );
});
