import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CreateImageCommand } from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { type FakeCloud, fakeCloud } from '../fake-cloud.ts';
import { createFakeMachines } from '../fake-machines.ts';
import type { Instance } from '../state.ts';
import { createEc2 } from './ec2.ts';
import { launchOne } from './launch-fake.ts';

/** What a daemon does after its predecessor was killed: the state is as it was, the machines are gone. */
async function settleAfterwards({ folder, state }: FakeCloud) {
  const machines = createFakeMachines();
  const ec2 = createEc2({ folder, state, machines, changed: () => {}, log: () => {} });
  await ec2.settle();
  return machines;
}

test.each<[Instance['state'], Instance['state']]>([
  ['pending', 'stopped'],
  ['running', 'stopped'],
  ['stopping', 'stopped'],
  ['stopped', 'stopped'],
  ['shutting-down', 'terminated'],
  ['terminated', 'terminated'],
])('an instance that was %s is %s', async (before, after) => {
  const cloud = await fakeCloud();
  const id = await launchOne(cloud);
  cloud.state.instances[id]!.state = before;
  const machines = await settleAfterwards(cloud);
  expect(cloud.state.instances[id]!.state).toBe(after);
  expect(machines.asked).toEqual(before === 'shutting-down' ? [`destroy ${id}`] : []);
});

test('an image that was being made is removed with its snapshot and files; finished ones stay', async () => {
  const cloud = await fakeCloud();
  const InstanceId = await launchOne(cloud);
  const image = async (Name: string) => {
    const { ImageId } = await cloud.ec2.send(new CreateImageCommand({ Name, InstanceId }));
    return cloud.state.images[ImageId!]!;
  };
  const finished = await image('finished');
  await cloud.behind.idle();
  cloud.machines.hold();
  const unfinished = await image('unfinished');
  const draft = `${unfinished.layers.at(-1)}.unfinished`;
  mkdirSync(draft);
  const stranger = join(cloud.folder, 'layers', 'snap-of-nobody');
  mkdirSync(stranger);
  await settleAfterwards(cloud);
  expect(cloud.state.images).not.toHaveProperty(unfinished.imageId);
  expect(cloud.state.snapshots).not.toHaveProperty(unfinished.snapshotId);
  expect(cloud.state.images).toHaveProperty(finished.imageId);
  expect([draft, stranger, finished.layers.at(-1)!].map(existsSync)).toEqual([false, false, true]);
});

test('a cloud that ends leaves its instances stopped', async () => {
  const cloud = await fakeCloud();
  const id = await launchOne(cloud);
  await cloud.behind.stop();
  expect(cloud.state.instances[id]).toMatchObject({
    state: 'stopped',
    stateReason: { code: 'Server.InternalError', message: expect.stringContaining('local cloud was ended') },
  });
});
