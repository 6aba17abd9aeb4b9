import {
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  RebootInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { type FakeCloud, fakeCloud } from '../fake-cloud.ts';
import { AddressTaken } from '../instances/machines.ts';
import { launchOne } from './launch-fake.ts';

async function stateOf({ ec2 }: FakeCloud, id: string) {
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  return Reservations![0]!.Instances![0]!.State!.Name;
}

test('stopping and starting pass through stopping and pending', async () => {
  const cloud = await fakeCloud();
  const id = await launchOne(cloud);
  let release = cloud.machines.hold();
  const stopped = await cloud.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
  expect(stopped.StoppingInstances).toMatchObject([
    { InstanceId: id, PreviousState: { Name: 'running' }, CurrentState: { Name: 'stopping', Code: 64 } },
  ]);
  expect(await stateOf(cloud, id)).toBe('stopping');
  await expect(cloud.ec2.send(new StartInstancesCommand({ InstanceIds: [id] }))).rejects.toMatchObject({
    name: 'IncorrectInstanceState',
  });
  release();
  await cloud.behind.idle();
  expect(await stateOf(cloud, id)).toBe('stopped');
  release = cloud.machines.hold();
  await cloud.ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
  expect(await stateOf(cloud, id)).toBe('pending');
  release();
  await cloud.behind.idle();
  expect(await stateOf(cloud, id)).toBe('running');
  expect(cloud.machines.asked.filter(line => line.includes(id))).toEqual([`boot ${id}`, `halt ${id}`, `boot ${id}`]);
});

test('a stopped instance has no public address, but gets its own back', async () => {
  const cloud = await fakeCloud();
  const id = await launchOne(cloud);
  const address = async () => {
    const { Reservations } = await cloud.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
    return Reservations![0]!.Instances![0]!.PublicIpAddress;
  };
  const before = await address();
  await cloud.ec2.send(new StopInstancesCommand({ InstanceIds: [id], Force: true }));
  await cloud.behind.idle();
  expect(await address()).toBeUndefined();
  await cloud.ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
  await cloud.behind.idle();
  expect(await address()).toBe(before);
  expect(cloud.machines.asked).toContain(`halt ${id} force`);
});

test('a stopped instance that can not be started again stays stopped, and keeps its disk', async () => {
  const cloud = await fakeCloud();
  const id = await launchOne(cloud);
  await cloud.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
  await cloud.behind.idle();
  cloud.machines.fail('boot');
  await cloud.ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
  await cloud.behind.idle();
  expect(await stateOf(cloud, id)).toBe('stopped');
  expect(cloud.machines.asked).not.toContain(`destroy ${id}`);
  await cloud.ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
  await cloud.behind.idle();
  expect(await stateOf(cloud, id)).toBe('running');
});

test('a terminated instance is shutting down at first, keeps its name for an hour, and takes its volume along', async () => {
  const cloud = await fakeCloud();
  const id = await launchOne(cloud);
  cloud.state.sessions.ASIA = { ...SESSION, instanceId: id };
  cloud.state.sessions.OTHER = { ...SESSION, accessKeyId: 'OTHER', instanceId: 'i-other' };
  const release = cloud.machines.hold();
  const { TerminatingInstances } = await cloud.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  expect(TerminatingInstances).toMatchObject([{ CurrentState: { Name: 'shutting-down', Code: 32 } }]);
  expect(await stateOf(cloud, id)).toBe('shutting-down');
  release();
  await cloud.behind.idle();
  expect(await stateOf(cloud, id)).toBe('terminated');
  expect(cloud.state.volumes).toEqual({});
  expect(Object.keys(cloud.state.sessions)).toEqual(['OTHER']);
  await cloud.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  cloud.setTime(new Date(Date.now() + 59 * 60_000));
  expect(await stateOf(cloud, id)).toBe('terminated');
  cloud.setTime(new Date(Date.now() + 61 * 60_000));
  await expect(stateOf(cloud, id)).rejects.toMatchObject({ name: 'InvalidInstanceID.NotFound' });
});

test('a volume that was to be kept is left over, free', async () => {
  const cloud = await fakeCloud();
  const id = await launchOne(cloud, {
    BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { DeleteOnTermination: false } }],
  });
  await cloud.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  await cloud.behind.idle();
  expect(Object.values(cloud.state.volumes)).toMatchObject([{ state: 'available' }]);
  expect(Object.values(cloud.state.volumes)[0]).not.toHaveProperty('instanceId');
});

test('terminated while it boots: it boots first, then it goes', async () => {
  const cloud = await fakeCloud();
  const release = cloud.machines.hold();
  // Only the allocation of its address has to pass; boot() waits.
  const allocate = cloud.machines.allocate;
  cloud.machines.allocate = async () => ({ privateIp: '10.77.0.10', publicIp: '127.77.0.10' });
  const launched = launchOne(cloud);
  await expect.poll(() => cloud.machines.asked.some(line => line.startsWith('boot'))).toBe(true);
  cloud.machines.allocate = allocate;
  const [id] = Object.keys(cloud.state.instances);
  await cloud.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id!] }));
  release();
  await launched;
  expect(await stateOf(cloud, id!)).toBe('terminated');
  expect(cloud.machines.running()).toEqual([]);
});

test('a public address that somebody took meanwhile is replaced by another one', async () => {
  const cloud = await fakeCloud();
  const id = await launchOne(cloud);
  const before = cloud.state.instances[id]!.publicIp;
  await cloud.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
  await cloud.behind.idle();
  const { boot } = cloud.machines;
  cloud.machines.boot = async machine => {
    if (machine.publicIp === before) throw new AddressTaken(`${before} is taken`);
    await boot(machine);
  };
  await cloud.ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
  await cloud.behind.idle();
  expect(cloud.state.instances[id]).toMatchObject({ state: 'running', publicIp: expect.stringMatching(/^127\.77\./) });
  expect(cloud.state.instances[id]!.publicIp).not.toBe(before);
  expect(cloud.machines.booted.get(id)!.publicIp).toBe(cloud.state.instances[id]!.publicIp);
});

test('an instance that goes down by itself stops or terminates, as it was told', async () => {
  const cloud = await fakeCloud();
  const stops = await launchOne(cloud);
  const terminates = await launchOne(cloud, { InstanceInitiatedShutdownBehavior: 'terminate' });
  cloud.machines.goDown(stops);
  cloud.machines.goDown(terminates);
  await cloud.behind.idle();
  expect(cloud.state.instances[stops]).toMatchObject({
    state: 'stopped',
    stateReason: { code: 'Client.InstanceInitiatedShutdown' },
  });
  expect(cloud.state.instances[terminates]!.state).toBe('terminated');
});

test('an instance whose machine breaks down has stopped, for a reason that is the server’s', async () => {
  const cloud = await fakeCloud();
  const id = await launchOne(cloud, { InstanceInitiatedShutdownBehavior: 'terminate' });
  const held = await launchOne(cloud);
  await cloud.ec2.send(new StopInstancesCommand({ InstanceIds: [held] }));
  await cloud.behind.idle();
  cloud.machines.hold();
  await cloud.ec2.send(new StartInstancesCommand({ InstanceIds: [held] }));
  for (const broken of [id, held]) cloud.machines.breakDown(broken);
  cloud.machines.letGo();
  await cloud.behind.idle();
  const status = new DescribeInstanceStatusCommand({ InstanceIds: [id, held], IncludeAllInstances: true });
  for (const { InstanceState } of (await cloud.ec2.send(status)).InstanceStatuses!) {
    expect(InstanceState!.Name).toBe('stopped');
  }
  expect(cloud.state.instances[id]!.stateReason).toEqual({
    code: 'Server.InternalError',
    message: 'Server.InternalError: Internal error on launch',
  });
});

test('reboot reaches the machine; a stopped one cannot be rebooted', async () => {
  const cloud = await fakeCloud();
  const id = await launchOne(cloud);
  const reboot = new RebootInstancesCommand({ InstanceIds: [id] });
  await cloud.ec2.send(reboot);
  await cloud.behind.idle();
  expect(cloud.machines.asked.at(-1)).toBe(`reboot ${id}`);
  await cloud.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
  await cloud.behind.idle();
  await expect(cloud.ec2.send(reboot)).rejects.toMatchObject({ name: 'IncorrectInstanceState' });
});

test('one unknown instance among several: nothing happens to any', async () => {
  const cloud = await fakeCloud();
  const id = await launchOne(cloud);
  const unknown = ['i-00000000', 'i-00000001'];
  await expect(cloud.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id, ...unknown] }))).rejects.toMatchObject({
    name: 'InvalidInstanceID.NotFound',
    message: "The instance IDs 'i-00000000, i-00000001' do not exist",
  });
  expect(await stateOf(cloud, id)).toBe('running');
});

test('a machine that cannot be removed stays shutting down, and the log says why', async () => {
  const cloud = await fakeCloud();
  const id = await launchOne(cloud);
  cloud.machines.fail('destroy');
  await cloud.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  await cloud.behind.idle();
  expect(await stateOf(cloud, id)).toBe('shutting-down');
  expect(cloud.log.join()).toContain(`Terminating ${id} failed: Error: destroy was told to fail`);
});

const SESSION = {
  accessKeyId: 'ASIA',
  secretAccessKey: 'secret',
  sessionToken: 'token',
  expiration: '2030-01-01T00:00:00Z',
  role: 'role',
};
