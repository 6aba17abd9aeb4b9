import { CreateImageCommand, DeleteSnapshotCommand, DescribeSnapshotsCommand } from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { fakeCloud } from '../fake-cloud.ts';
import { launchOne } from './launch-fake.ts';

test('a snapshot stays while an image uses it', async () => {
  const cloud = await fakeCloud();
  const InstanceId = await launchOne(cloud);
  const { ImageId } = await cloud.ec2.send(new CreateImageCommand({ Name: 'image', InstanceId }));
  await cloud.behind.idle();
  const SnapshotId = cloud.state.images[ImageId!]!.snapshotId;
  await expect(cloud.ec2.send(new DeleteSnapshotCommand({ SnapshotId }))).rejects.toMatchObject({
    name: 'InvalidSnapshot.InUse',
    message: `The snapshot ${SnapshotId} is currently in use by ${ImageId}`,
  });
});

test('snapshots are found by owner, description and volume', async () => {
  const cloud = await fakeCloud();
  const InstanceId = await launchOne(cloud);
  await cloud.ec2.send(new CreateImageCommand({ Name: 'image', InstanceId }));
  await cloud.behind.idle();
  const found = async (input: object) => {
    const { Snapshots = [] } = await cloud.ec2.send(new DescribeSnapshotsCommand(input));
    return Snapshots.map(({ Description }) => Description!.split(' ')[0]);
  };
  const filter = (Name: string, ...Values: string[]) => ({ Filters: [{ Name, Values }] });
  expect((await found({})).sort()).toEqual(['Created', 'base']);
  expect(await found({ OwnerIds: ['self'] })).toEqual(['Created']);
  expect(await found(filter('description', `*CreateImage(${InstanceId})*`))).toEqual(['Created']);
  expect(await found(filter('volume-id', cloud.state.instances[InstanceId]!.volumeId))).toEqual(['Created']);
  expect(await found(filter('status', 'pending'))).toEqual([]);
});

test('what does not exist, belongs to others, or cannot exist is refused', async () => {
  const cloud = await fakeCloud();
  const remove = (SnapshotId: string) => cloud.ec2.send(new DeleteSnapshotCommand({ SnapshotId }));
  await expect(remove('snap-00000000')).rejects.toMatchObject({ name: 'InvalidSnapshot.NotFound' });
  await expect(remove('snapshot')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  await expect(remove(Object.keys(cloud.state.snapshots)[0]!)).rejects.toMatchObject({ name: 'AuthFailure' });
});
