import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribePoliciesCommand,
  SetInstanceHealthCommand,
} from '@aws-sdk/client-auto-scaling';
import { expect, test } from 'vitest';
import { createEc2 } from '../ec2/ec2.ts';
import { type FakeCloud, fakeCloud } from '../fake-cloud.ts';
import { createFakeMachines } from '../fake-machines.ts';
import { REGION } from '../state.ts';
import { createAutoScaling } from './autoscaling.ts';
import { activities, makeGroup, makeTemplate, memberIds, theGroup } from './fake-group.ts';

/** What a daemon does after another one ended: the state is as it was kept, the machines are gone. */
async function restart({ folder, state }: FakeCloud) {
  const machines = createFakeMachines();
  const options = { state, changed: () => groups.look(), log: () => {} };
  const ec2 = createEc2({ folder, machines, ...options });
  const groups = createAutoScaling({ ...options, ec2: ec2.actions, changed: () => {} });
  await ec2.settle();
  await groups.start();
  do {
    await groups.idle();
    await ec2.idle();
  } while (groups.isBusy());
  return machines;
}

async function groupOf(DesiredCapacity: number): Promise<FakeCloud> {
  const cloud = await fakeCloud();
  await makeTemplate(cloud);
  await makeGroup(cloud, { DesiredCapacity });
  return cloud;
}

test('when the cloud ends and starts again, the same instances run', async () => {
  const cloud = await groupOf(2);
  const before = await memberIds(cloud);
  await cloud.groups.stop();
  await cloud.behind.stop();
  expect(before.map(id => cloud.state.instances[id]!.state)).toEqual(['stopped', 'stopped']);
  const machines = await restart(cloud);
  expect(machines.asked.filter(line => line.startsWith('boot')).sort()).toEqual(before.map(id => `boot ${id}`).sort());
  expect(await memberIds(cloud)).toEqual(before);
  expect((await theGroup(cloud))!.Instances).toMatchObject([
    { LifecycleState: 'InService' },
    { LifecycleState: 'InService' },
  ]);
});

test('after a crash, a launch in the middle goes on, and one that nobody noted belongs to the group', async () => {
  const cloud = await groupOf(2);
  const [pending, unnoted] = await memberIds(cloud);
  const group = cloud.state.autoScalingGroups.workers!;
  const [activity] = cloud.state.scalingActivities;
  Object.assign(activity!, { statusCode: 'InProgress', endTime: undefined });
  Object.assign(group.instances[pending!]!, { lifecycleState: 'Pending', activityId: activity!.activityId });
  Object.assign(cloud.state.scalingActivities[1]!, { statusCode: 'InProgress', endTime: undefined });
  delete group.instances[unnoted!];
  await cloud.groups.stop();
  await restart(cloud);
  expect((await memberIds(cloud)).sort()).toEqual([pending, unnoted].sort());
  expect((await theGroup(cloud))!.Instances!.map(({ LifecycleState }) => LifecycleState)).toEqual([
    'InService',
    'InService',
  ]);
  expect((await activities(cloud)).map(({ StatusCode }) => StatusCode).sort()).toEqual(['Failed', 'Successful']);
});

test('after a crash, instances that were going are gone, and the group that was going with them', async () => {
  const cloud = await groupOf(1);
  const group = cloud.state.autoScalingGroups.workers!;
  const [id] = await memberIds(cloud);
  await cloud.groups.stop();
  Object.assign(group, { deleting: true, desiredCapacity: 0 });
  group.instances[id!]!.lifecycleState = 'Terminating';
  await restart(cloud);
  expect(cloud.state.autoScalingGroups).toEqual({});
  expect(cloud.state.instances[id!]).toMatchObject({ state: 'terminated' });
});

test('an action that is not there is refused by name', async () => {
  const { autoScaling } = await fakeCloud();
  await expect(autoScaling.send(new DescribePoliciesCommand({}))).rejects.toMatchObject({ name: 'InvalidAction' });
});

test("an instance may do what its role's policies allow", async () => {
  const cloud = await groupOf(1);
  const [instanceId] = await memberIds(cloud);
  const allow = (Action: string, Resource = '*') => ({
    only: JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action, Resource } }),
  });
  const role = { roleName: 'worker', policies: allow('autoscaling:SetInstanceHealth') };
  cloud.state.roles.worker = role as never;
  const keys = { accessKeyId: 'ASIAWORKER', secretAccessKey: 'secret', sessionToken: 'token' };
  const expiration = new Date(Date.now() + 60_000).toISOString();
  cloud.state.sessions.ASIAWORKER = { ...keys, expiration, role: 'worker', instanceId: instanceId! };
  const client = new AutoScalingClient({ region: REGION, endpoint: cloud.url, credentials: keys });
  const ask = () => client.send(new DescribeAutoScalingGroupsCommand({}));
  await expect(ask()).rejects.toMatchObject({
    name: 'AccessDenied',
    message: expect.stringContaining(
      `assumed-role/worker/${instanceId} is not authorized to perform: autoscaling:DescribeAutoScalingGroups`,
    ),
  });
  const report = (HealthStatus: string) =>
    client.send(new SetInstanceHealthCommand({ InstanceId: instanceId!, HealthStatus }));
  await report('Healthy');
  role.policies = allow('autoscaling:*', 'arn:*:autoscaling:*:*:autoScalingGroup:*:autoScalingGroupName/others');
  await expect(report('Healthy')).rejects.toMatchObject({
    name: 'AccessDenied',
    message: expect.stringContaining(cloud.state.autoScalingGroups.workers!.arn),
  });
  role.policies = allow('autoscaling:Describe*');
  expect((await ask()).AutoScalingGroups).toHaveLength(1);
  client.destroy();
});

test('what only looks does not keep the state', async () => {
  const cloud = await groupOf(1);
  const before = cloud.kept();
  await theGroup(cloud);
  await activities(cloud);
  expect(cloud.kept()).toBe(before);
});
