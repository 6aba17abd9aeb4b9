import {
  DescribeAutoScalingGroupsCommand,
  ResumeProcessesCommand,
  SetDesiredCapacityCommand,
  SetInstanceHealthCommand,
  SuspendProcessesCommand,
  TerminateInstanceInAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import { TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { type FakeCloud, fakeCloud } from '../fake-cloud.ts';
import { activities, ageInstances, makeGroup, makeTemplate, memberIds, theGroup } from './fake-group.ts';

const AutoScalingGroupName = 'workers';

async function groupOf(DesiredCapacity: number, input = {}): Promise<FakeCloud> {
  const cloud = await fakeCloud();
  await makeTemplate(cloud);
  await makeGroup(cloud, { DesiredCapacity, ...input });
  return cloud;
}

const terminate = ({ autoScaling }: FakeCloud, InstanceId: string, ShouldDecrementDesiredCapacity: boolean) =>
  autoScaling.send(new TerminateInstanceInAutoScalingGroupCommand({ InstanceId, ShouldDecrementDesiredCapacity }));

test('an instance that is terminated through its group is replaced', async () => {
  const cloud = await groupOf(1);
  const [id] = await memberIds(cloud);
  const { Activity } = await terminate(cloud, id!, false);
  expect(Activity).toMatchObject({
    AutoScalingGroupName,
    Description: `Terminating EC2 instance: ${id}`,
    Cause: expect.stringContaining(`instance ${id} was taken out of service in response to a user request.`),
    StatusCode: 'InProgress',
    Progress: 50,
  });
  await cloud.idle();
  expect(await memberIds(cloud)).toEqual([expect.not.stringMatching(id!)]);
  const activity = (await activities(cloud)).find(({ ActivityId }) => ActivityId === Activity!.ActivityId);
  expect(activity).toMatchObject({ StatusCode: 'Successful' });
});

test('a launch whose instance is terminated before it is in service is cancelled', async () => {
  const cloud = await groupOf(0);
  const { promise, resolve } = Promise.withResolvers<void>();
  cloud.machines.boot = () => promise;
  await cloud.autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: 1 }));
  await expect.poll(() => memberIds(cloud)).toHaveLength(1);
  expect((await theGroup(cloud))!.Instances).toMatchObject([{ LifecycleState: 'Pending' }]);
  expect(await activities(cloud)).toMatchObject([{ StatusCode: 'InProgress', Progress: 50 }]);
  await terminate(cloud, (await memberIds(cloud))[0]!, true);
  resolve();
  await cloud.idle();
  expect(await activities(cloud)).toMatchObject([{ StatusCode: 'Successful' }, { StatusCode: 'Cancelled' }]);
  expect(await memberIds(cloud)).toEqual([]);
});

test('or not, when the capacity goes down with it, which the minimum may forbid', async () => {
  const cloud = await groupOf(2, { MinSize: 1 });
  const [first, second] = await memberIds(cloud);
  await terminate(cloud, first!, true);
  await cloud.idle();
  expect(await theGroup(cloud)).toMatchObject({ DesiredCapacity: 1, Instances: [{ InstanceId: second }] });
  await expect(terminate(cloud, second!, true)).rejects.toMatchObject({
    name: 'ValidationError',
    message: expect.stringContaining('desiredSize equals minSize (1)'),
  });
  expect(await memberIds(cloud)).toEqual([second]);
});

test.each([
  [-1, 'greater than or equal to 0'],
  [0, 'New SetDesiredCapacity value 0 is below min value 1 for the AutoScalingGroup.'],
  [4, 'New SetDesiredCapacity value 4 is above max value 3 for the AutoScalingGroup.'],
])('a desired capacity of %i is refused', async (DesiredCapacity, message) => {
  const cloud = await groupOf(1, { MinSize: 1 });
  await expect(
    cloud.autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity })),
  ).rejects.toMatchObject({ name: 'ValidationError', message: expect.stringContaining(message) });
  expect(await theGroup(cloud)).toMatchObject({ DesiredCapacity: 1 });
});

test('what is in no group can not be terminated through one', async () => {
  const cloud = await groupOf(0);
  await expect(terminate(cloud, 'i-00000000000000000', false)).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Instance Id not found - No managed instance found for instance ID: i-00000000000000000',
  });
});

test('an instance that reports itself unhealthy is replaced', async () => {
  const cloud = await groupOf(1);
  const [InstanceId] = await memberIds(cloud);
  ageInstances(cloud);
  await cloud.autoScaling.send(new SetInstanceHealthCommand({ InstanceId, HealthStatus: 'Unhealthy' }));
  await cloud.idle();
  expect(await memberIds(cloud)).toEqual([expect.not.stringMatching(InstanceId!)]);
  expect((await activities(cloud))[1]!.Cause).toContain('in response to a user health-check.');
});

test('within the grace period, that is not believed, unless it is meant so', async () => {
  const cloud = await groupOf(1, { HealthCheckGracePeriod: 300 });
  const [InstanceId] = await memberIds(cloud);
  const report = { InstanceId, HealthStatus: 'Unhealthy' };
  await cloud.autoScaling.send(new SetInstanceHealthCommand(report));
  expect((await theGroup(cloud))!.Instances).toMatchObject([{ InstanceId, HealthStatus: 'Healthy' }]);
  const letGo = cloud.machines.hold();
  await cloud.autoScaling.send(new SetInstanceHealthCommand({ ...report, ShouldRespectGracePeriod: false }));
  expect((await theGroup(cloud))!.Instances).toMatchObject([{ InstanceId, HealthStatus: 'Unhealthy' }]);
  letGo();
});

test('instances that are protected outlive a smaller capacity', async () => {
  const cloud = await groupOf(1, { NewInstancesProtectedFromScaleIn: true });
  await cloud.autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: 0 }));
  await cloud.idle();
  expect(await memberIds(cloud)).toHaveLength(1);
});

test.each([
  ['Launch', 0, 0, 1],
  ['HealthCheck', 1, 1, 1],
  ['ReplaceUnhealthy', 1, 1, 1],
])(
  'while %s is suspended, nobody replaces what was lost; afterwards it is',
  async (process, kept, inService, after) => {
    const cloud = await groupOf(1);
    const [InstanceId] = await memberIds(cloud);
    const ScalingProcesses = [process];
    await cloud.autoScaling.send(new SuspendProcessesCommand({ AutoScalingGroupName, ScalingProcesses }));
    expect(await theGroup(cloud)).toMatchObject({
      SuspendedProcesses: [{ ProcessName: process, SuspensionReason: 'User suspended' }],
    });
    await cloud.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId!] }));
    await cloud.idle();
    const members = (await theGroup(cloud))!.Instances!;
    expect(members).toHaveLength(kept);
    expect(members.filter(({ LifecycleState }) => LifecycleState === 'InService')).toHaveLength(inService);
    await cloud.autoScaling.send(new ResumeProcessesCommand({ AutoScalingGroupName }));
    await cloud.idle();
    expect(await memberIds(cloud)).toHaveLength(after);
    expect(await memberIds(cloud)).not.toContain(InstanceId);
    expect((await theGroup(cloud))!.SuspendedProcesses).toEqual([]);
  },
);

test('while Terminate is suspended, a smaller capacity waits', async () => {
  const cloud = await groupOf(1);
  const ScalingProcesses = ['Terminate'];
  await cloud.autoScaling.send(new SuspendProcessesCommand({ AutoScalingGroupName, ScalingProcesses }));
  await cloud.autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: 0 }));
  await cloud.idle();
  expect(await memberIds(cloud)).toHaveLength(1);
  await cloud.autoScaling.send(new ResumeProcessesCommand({ AutoScalingGroupName, ScalingProcesses }));
  await cloud.idle();
  expect(await memberIds(cloud)).toEqual([]);
});

test('all processes are suspended when none is named; one that there is not is refused', async () => {
  const cloud = await groupOf(0);
  await cloud.autoScaling.send(new SuspendProcessesCommand({ AutoScalingGroupName }));
  const { AutoScalingGroups } = await cloud.autoScaling.send(new DescribeAutoScalingGroupsCommand({}));
  expect(AutoScalingGroups![0]!.SuspendedProcesses).toHaveLength(9);
  await expect(
    cloud.autoScaling.send(new SuspendProcessesCommand({ AutoScalingGroupName, ScalingProcesses: ['x'] })),
  ).rejects.toMatchObject({ name: 'ValidationError' });
});
