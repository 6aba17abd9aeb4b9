import {
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  GetConsoleOutputCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { fakeCloud } from '../fake-cloud.ts';
import { launchOne } from './launch-fake.ts';

test('the status is ok once the machine is up, and not before', async () => {
  const cloud = await fakeCloud();
  const id = await launchOne(cloud);
  const status = async (input: object = {}) => {
    const { InstanceStatuses } = await cloud.ec2.send(new DescribeInstanceStatusCommand(input));
    return InstanceStatuses;
  };
  cloud.machines.up = false;
  expect(await status()).toMatchObject([
    { InstanceId: id, InstanceStatus: { Status: 'initializing' }, SystemStatus: { Status: 'initializing' } },
  ]);
  cloud.machines.up = true;
  expect(await status({ InstanceIds: [id] })).toMatchObject([
    { InstanceStatus: { Status: 'ok', Details: [{ Name: 'reachability', Status: 'passed' }] } },
  ]);
  expect(await status({ Filters: [{ Name: 'instance-status.status', Values: ['impaired'] }] })).toEqual([]);
  await cloud.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
  await cloud.behind.idle();
  expect(await status()).toEqual([]);
  expect(await status({ IncludeAllInstances: true })).toMatchObject([
    { InstanceState: { Name: 'stopped' }, InstanceStatus: { Status: 'not-applicable' } },
  ]);
});

test('the latest console output is for types on Nitro', async () => {
  const { state, ec2 } = await fakeCloud().then(async cloud => ({ ...cloud, id: await launchOne(cloud) }));
  const [instance] = Object.values(state.instances);
  const console = (Latest: boolean) =>
    ec2.send(new GetConsoleOutputCommand({ InstanceId: instance!.instanceId, Latest }));
  expect((await console(true)).Output).toBeDefined();
  instance!.instanceType = 't2.micro';
  expect((await console(false)).Output).toBeDefined();
  await expect(console(true)).rejects.toMatchObject({ name: 'UnsupportedOperation' });
});

test('instances that are named come in one answer', async () => {
  const cloud = await fakeCloud();
  const InstanceIds = [await launchOne(cloud)];
  for (const command of [DescribeInstancesCommand, DescribeInstanceStatusCommand]) {
    const asked = cloud.ec2.send(new command({ InstanceIds, MaxResults: 5 }) as DescribeInstancesCommand);
    await expect(asked).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
  }
});

test('the console gives its last 64 KiB', async () => {
  const cloud = await fakeCloud();
  const InstanceId = await launchOne(cloud);
  const output = async () => {
    const { Output } = await cloud.ec2.send(new GetConsoleOutputCommand({ InstanceId }));
    return Buffer.from(Output!, 'base64').toString();
  };
  expect(await output()).toBe(`console of ${InstanceId}`);
  cloud.machines.console = async () => `${'x'.repeat(100_000)}end`;
  expect(await output()).toMatch(/^x{65533}end$/);
});
