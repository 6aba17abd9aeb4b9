import {
  CopyImageCommand,
  CreateKeyPairCommand,
  CreateTagsCommand,
  DeregisterImageCommand,
  DescribeAvailabilityZonesCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeSnapshotsCommand,
  DescribeSubnetsCommand,
  EnableImageDeprecationCommand,
  ModifyImageAttributeCommand,
} from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { BASE_IMAGE_ID, fakeCloud } from '../fake-cloud.ts';
import { launchOne } from './launch-fake.ts';

const copy = { SourceImageId: BASE_IMAGE_ID, SourceRegion: 'us-east-1', Name: 'copy' };

test('an image is copied to another region, is changed there, and is seen nowhere else', async () => {
  const cloud = await fakeCloud();
  const west = cloud.ec2In('us-west-2');
  const { ImageId = '' } = await west.send(new CopyImageCommand({ ...copy, Encrypted: true, KmsKeyId: 'alias/mine' }));
  await cloud.behind.idle();
  await west.send(new CreateTagsCommand({ Resources: [ImageId], Tags: [{ Key: 'a', Value: 'b' }] }));
  await west.send(new ModifyImageAttributeCommand({ ImageId, ImdsSupport: { Value: 'v2.0' } }));
  await west.send(new EnableImageDeprecationCommand({ ImageId, DeprecateAt: new Date(Date.now() + 86_400_000) }));
  const { Images } = await west.send(new DescribeImagesCommand({}));
  expect(Images).toMatchObject([
    {
      ImageId,
      State: 'available',
      SourceImageId: BASE_IMAGE_ID,
      SourceImageRegion: 'us-east-1',
      ImdsSupport: 'v2.0',
      DeprecationTime: expect.any(String),
      Tags: [{ Key: 'a', Value: 'b' }],
    },
  ]);
  const { Snapshots } = await west.send(new DescribeSnapshotsCommand({}));
  expect(Snapshots).toMatchObject([{ Encrypted: true, KmsKeyId: 'alias/mine' }]);
  for (const ec2 of [cloud.ec2, cloud.ec2In('eu-central-1')]) {
    const elsewhere = ec2.send(new DescribeImagesCommand({ ImageIds: [ImageId] }));
    await expect(elsewhere).rejects.toMatchObject({ name: 'InvalidAMIID.NotFound' });
  }
});

test('a name is taken in one region alone, and a copy can come back', async () => {
  const cloud = await fakeCloud();
  const west = cloud.ec2In('us-west-2');
  const { ImageId = '' } = await west.send(new CopyImageCommand(copy));
  await cloud.behind.idle();
  await expect(west.send(new CopyImageCommand(copy))).rejects.toMatchObject({ name: 'InvalidAMIName.Duplicate' });
  await cloud.ec2.send(new CopyImageCommand({ SourceImageId: ImageId, SourceRegion: 'us-west-2', Name: 'copy' }));
});

test('the files of an image stay as long as a copy is anywhere, and one that is removed takes none along', async () => {
  const cloud = await fakeCloud();
  const west = cloud.ec2In('us-west-2');
  const instance = cloud.state.instances[await launchOne(cloud)];
  const { ImageId = '' } = await west.send(new CopyImageCommand(copy));
  await cloud.behind.idle();
  await west.send(new DeregisterImageCommand({ ImageId, DeleteAssociatedSnapshots: true }));
  await cloud.behind.idle();
  expect((await west.send(new DescribeSnapshotsCommand({}))).Snapshots).toEqual([]);
  expect(instance?.layers).toEqual(['/base']);
});

test('there is nothing else in another region, and nothing else can be made there', async () => {
  const cloud = await fakeCloud();
  await launchOne(cloud);
  const west = cloud.ec2In('us-west-2');
  expect((await west.send(new DescribeInstancesCommand({}))).Reservations).toEqual([]);
  expect((await west.send(new DescribeSubnetsCommand({}))).Subnets).toEqual([]);
  expect((await west.send(new DescribeAvailabilityZonesCommand({}))).AvailabilityZones).toEqual([]);
  await expect(west.send(new CreateKeyPairCommand({ KeyName: 'key' }))).rejects.toMatchObject({
    name: 'Unsupported',
    message: expect.stringContaining('CreateKeyPair in us-west-2'),
  });
});
