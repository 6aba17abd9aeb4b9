import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateImageCommand,
  type CreateImageCommandInput,
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { BASE_IMAGE_ID, type FakeCloud, fakeCloud } from '../fake-cloud.ts';
import { launchOne } from './launch-fake.ts';

async function createImage(cloud: FakeCloud, input: Partial<CreateImageCommandInput> = {}): Promise<string> {
  const InstanceId = input.InstanceId ?? (await launchOne(cloud));
  const { ImageId } = await cloud.ec2.send(new CreateImageCommand({ Name: 'image', ...input, InstanceId }));
  return ImageId!;
}

async function imageOf({ ec2 }: FakeCloud, id: string) {
  const { Images } = await ec2.send(new DescribeImagesCommand({ ImageIds: [id] }));
  return Images![0]!;
}

test('an image is pending until the disk is kept, then available, with a snapshot that names both', async () => {
  const cloud = await fakeCloud();
  const instanceId = await launchOne(cloud);
  const release = cloud.machines.hold();
  const id = await createImage(cloud, {
    InstanceId: instanceId,
    Description: 'about it',
    TagSpecifications: [
      { ResourceType: 'image', Tags: [{ Key: 'Name', Value: 'an image' }] },
      { ResourceType: 'snapshot', Tags: [{ Key: 'Name', Value: 'a snapshot' }] },
    ],
  });
  const pending = await imageOf(cloud, id);
  expect(pending).toMatchObject({ State: 'pending', Name: 'image' });
  expect(pending.BlockDeviceMappings![0]!.Ebs).not.toHaveProperty('SnapshotId');
  release();
  await cloud.behind.idle();
  const image = await imageOf(cloud, id);
  expect(image).toMatchObject({
    State: 'available',
    Description: 'about it',
    OwnerId: '123456789012',
    Public: false,
    RootDeviceName: '/dev/xvda',
    RootDeviceType: 'ebs',
    SourceInstanceId: instanceId,
    Tags: [{ Key: 'Name', Value: 'an image' }],
  });
  const snapshotId = image.BlockDeviceMappings![0]!.Ebs!.SnapshotId!;
  const { Snapshots } = await cloud.ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [snapshotId] }));
  expect(Snapshots).toMatchObject([
    {
      State: 'completed',
      Progress: '100%',
      Description: `Created by CreateImage(${instanceId}) for ${id}`,
      Encrypted: false,
      Tags: [{ Key: 'Name', Value: 'a snapshot' }],
    },
  ]);
  const { layers } = cloud.state.images[id]!;
  expect(layers).toEqual(['/base', join(cloud.folder, 'layers', snapshotId)]);
  expect(readFileSync(join(layers[1]!, 'made-by'), 'utf8')).toBe(instanceId);
});

test('a running instance is shut down for it and started again, unless asked not to', async () => {
  const cloud = await fakeCloud();
  const id = await launchOne(cloud);
  const asked = async (input: object) => {
    cloud.machines.asked.length = 0;
    await createImage(cloud, { InstanceId: id, ...input });
    await cloud.behind.idle();
    return cloud.machines.asked.map(line => line.split(' ')[0]);
  };
  expect(await asked({ Name: 'whole' })).toEqual(['halt', 'snapshot', 'boot']);
  expect(await asked({ Name: 'quick', NoReboot: true })).toEqual(['snapshot']);
  await cloud.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
  await cloud.behind.idle();
  expect(await asked({ Name: 'stopped' })).toEqual(['snapshot']);
});

test('names are checked, and each may be there once', async () => {
  const cloud = await fakeCloud();
  const InstanceId = await launchOne(cloud);
  const id = await createImage(cloud, { InstanceId, Name: 'taken' });
  await expect(createImage(cloud, { InstanceId, Name: 'taken' })).rejects.toMatchObject({
    name: 'InvalidAMIName.Duplicate',
    message: `AMI name taken is already in use by AMI ${id}`,
  });
  for (const Name of ['ab', 'a:b:c', 'x'.repeat(129)]) {
    await expect(createImage(cloud, { InstanceId, Name })).rejects.toMatchObject({ name: 'InvalidAMIName.Malformed' });
  }
  // Somebody else's image does not take the name away.
  await createImage(cloud, { InstanceId, Name: 'base-image' });
});

test('an instance that is going away has no image made of it', async () => {
  const cloud = await fakeCloud();
  const InstanceId = await launchOne(cloud);
  await cloud.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
  await expect(createImage(cloud, { InstanceId })).rejects.toMatchObject({ name: 'IncorrectState' });
});

test('a disk that cannot be kept: the image has failed and says why, and no file is left', async () => {
  const cloud = await fakeCloud();
  cloud.machines.fail('snapshot');
  const id = await createImage(cloud);
  await cloud.behind.idle();
  expect(await imageOf(cloud, id)).toMatchObject({
    State: 'failed',
    StateReason: { Message: expect.stringContaining('snapshot was told to fail') },
  });
  expect(existsSync(cloud.state.images[id]!.layers[1]!)).toBe(false);
});

test('an image that is removed while it is being made leaves no file', async () => {
  const cloud = await fakeCloud();
  const instanceId = await launchOne(cloud);
  const release = cloud.machines.hold();
  const id = await createImage(cloud, { InstanceId: instanceId });
  const { snapshotId, layers } = cloud.state.images[id]!;
  await cloud.ec2.send(new DeregisterImageCommand({ ImageId: id }));
  await cloud.ec2.send(new DeleteSnapshotCommand({ SnapshotId: snapshotId }));
  release();
  await cloud.behind.idle();
  expect(existsSync(layers[1]!)).toBe(false);
  expect(cloud.machines.running()).toEqual([instanceId]);
});

test('an image of an instance of an image stands on the layers of both', async () => {
  const cloud = await fakeCloud();
  const first = await createImage(cloud, { Name: 'first' });
  await cloud.behind.idle();
  const instanceId = await launchOne(cloud, { ImageId: first });
  const second = await createImage(cloud, { Name: 'second', InstanceId: instanceId });
  await cloud.behind.idle();
  expect(cloud.state.images[second]!.layers.slice(0, 2)).toEqual(cloud.state.images[first]!.layers);
  expect(cloud.state.images[BASE_IMAGE_ID]!.layers).toEqual(['/base']);
});
