import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  CopyImageCommand,
  CreateImageCommand,
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { type FakeCloud, fakeCloud } from '../fake-cloud.ts';
import { removeUnusedLayers } from './image-files.ts';
import { launchOne } from './launch-fake.ts';

async function newImage(cloud: FakeCloud, name: string, instanceId: string) {
  const { ImageId } = await cloud.ec2.send(new CreateImageCommand({ Name: name, InstanceId: instanceId }));
  await cloud.behind.idle();
  return cloud.state.images[ImageId!]!;
}

async function remove({ ec2, behind }: FakeCloud, { imageId, snapshotId }: { imageId: string; snapshotId: string }) {
  await ec2.send(new DeregisterImageCommand({ ImageId: imageId }));
  await ec2.send(new DeleteSnapshotCommand({ SnapshotId: snapshotId }));
  await behind.idle();
}

async function terminate({ ec2, behind }: FakeCloud, id: string) {
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  await behind.idle();
}

test('files stay while the snapshot is there, and go with it', async () => {
  const cloud = await fakeCloud();
  const image = await newImage(cloud, 'image', await launchOne(cloud));
  const layer = image.layers.at(-1)!;
  await cloud.ec2.send(new DeregisterImageCommand({ ImageId: image.imageId }));
  expect(existsSync(layer)).toBe(true);
  await cloud.ec2.send(new DeleteSnapshotCommand({ SnapshotId: image.snapshotId }));
  await cloud.behind.idle();
  expect(existsSync(layer)).toBe(false);
});

test('files stay for the copy of an image that is gone', async () => {
  const cloud = await fakeCloud();
  const image = await newImage(cloud, 'image', await launchOne(cloud));
  const { ImageId } = await cloud.ec2.send(
    new CopyImageCommand({ SourceImageId: image.imageId, SourceRegion: 'us-east-1', Name: 'copy' }),
  );
  await cloud.behind.idle();
  const copy = cloud.state.images[ImageId!]!;
  await remove(cloud, image);
  expect(existsSync(image.layers.at(-1)!)).toBe(true);
  await remove(cloud, copy);
  expect(existsSync(image.layers.at(-1)!)).toBe(false);
});

test('files stay for a younger image that stands on them', async () => {
  const cloud = await fakeCloud();
  const builder = await launchOne(cloud);
  const older = await newImage(cloud, 'older', builder);
  const instance = await launchOne(cloud, { ImageId: older.imageId });
  const younger = await newImage(cloud, 'younger', instance);
  await terminate(cloud, instance);
  await remove(cloud, older);
  expect(younger.layers.slice(1).map(existsSync)).toEqual([true, true]);
  await remove(cloud, younger);
  expect(younger.layers.slice(1).map(existsSync)).toEqual([false, false]);
});

test('files stay for an instance, whatever becomes of its image', async () => {
  const cloud = await fakeCloud();
  const image = await newImage(cloud, 'image', await launchOne(cloud));
  const instance = await launchOne(cloud, { ImageId: image.imageId });
  await remove(cloud, image);
  expect(existsSync(image.layers.at(-1)!)).toBe(true);
  await terminate(cloud, instance);
  expect(existsSync(image.layers.at(-1)!)).toBe(false);
});

test('what is half written is left alone while somebody may be writing it', async () => {
  const cloud = await fakeCloud();
  const draft = join(cloud.folder, 'layers', 'snap-1.unfinished');
  mkdirSync(draft, { recursive: true });
  await removeUnusedLayers({ folder: cloud.folder, account: cloud.state });
  expect(existsSync(draft)).toBe(true);
  await removeUnusedLayers({ folder: cloud.folder, account: cloud.state }, { unfinished: true });
  expect(existsSync(draft)).toBe(false);
});
