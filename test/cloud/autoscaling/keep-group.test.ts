import {
  DeleteAutoScalingGroupCommand,
  DescribeAutoScalingInstancesCommand,
  SetDesiredCapacityCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  CreateLaunchTemplateVersionCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { type FakeCloud, fakeCloud } from '../fake-cloud.ts';
import { SUBNET_ID } from '../state.ts';
import { activities, ageInstances, described, makeGroup, makeTemplate, memberIds, theGroup } from './fake-group.ts';

const AutoScalingGroupName = 'workers';

async function setCapacity(cloud: FakeCloud, DesiredCapacity: number) {
  await cloud.autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity }));
  await cloud.idle();
}

async function groupOf(count: number, data = {}): Promise<FakeCloud> {
  const cloud = await fakeCloud();
  await makeTemplate(cloud, data);
  await makeGroup(cloud, { DesiredCapacity: count });
  return cloud;
}

test('a new group launches its instances from the template, with its tags', async () => {
  const cloud = await fakeCloud();
  const templateId = await makeTemplate(cloud, {
    TagSpecifications: [
      {
        ResourceType: 'instance',
        Tags: [
          { Key: 'Name', Value: 'template' },
          { Key: 'a', Value: '1' },
        ],
      },
    ],
  });
  const tag = { ResourceId: AutoScalingGroupName, ResourceType: 'auto-scaling-group' };
  await makeGroup(cloud, {
    DesiredCapacity: 2,
    Tags: [
      { ...tag, Key: 'Name', Value: 'group', PropagateAtLaunch: true },
      { ...tag, Key: 'own', Value: 'x', PropagateAtLaunch: false },
    ],
  });
  const group = (await theGroup(cloud))!;
  expect(group).toMatchObject({
    LaunchTemplate: { LaunchTemplateId: templateId, LaunchTemplateName: 'worker', Version: '$Latest' },
    VPCZoneIdentifier: SUBNET_ID,
    Instances: [1, 2].map(() => ({
      LifecycleState: 'InService',
      HealthStatus: 'Healthy',
      LaunchTemplate: { LaunchTemplateId: templateId, Version: '1' },
    })),
  });
  const instances = await described(cloud);
  expect(instances.map(({ InstanceId }) => InstanceId).sort()).toEqual((await memberIds(cloud)).sort());
  expect(Object.fromEntries(instances[0]!.Tags!.map(({ Key, Value }) => [Key, Value]))).toEqual({
    Name: 'group',
    a: '1',
    'aws:autoscaling:groupName': 'workers',
    'aws:ec2launchtemplate:id': templateId,
    'aws:ec2launchtemplate:version': '1',
  });
  expect(await activities(cloud)).toMatchObject([
    {
      StatusCode: 'Successful',
      Description: expect.stringMatching(/^Launching a new EC2 instance: i-/),
      Progress: 100,
    },
    {
      StatusCode: 'Successful',
      Cause: expect.stringContaining('created an AutoScalingGroup changing the desired capacity from 0 to 2'),
    },
  ]);
  const listed = await cloud.autoScaling.send(new DescribeAutoScalingInstancesCommand({}));
  expect(listed.AutoScalingInstances).toHaveLength(2);
});

test.each([
  [
    'terminated',
    (cloud: FakeCloud, id: string) => cloud.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] })),
  ],
  ['stopped', (cloud: FakeCloud, id: string) => cloud.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }))],
  ['whose machine went down', async (cloud: FakeCloud, id: string) => cloud.machines.goDown(id)],
])('an instance %s is replaced', async (_what, lose) => {
  const cloud = await groupOf(1);
  const [lost] = await memberIds(cloud);
  ageInstances(cloud);
  await lose(cloud, lost!);
  await cloud.idle();
  const after = await memberIds(cloud);
  expect(after).toHaveLength(1);
  expect(after).not.toContain(lost);
  expect((await theGroup(cloud))!.Instances).toMatchObject([{ LifecycleState: 'InService' }]);
  expect(cloud.state.instances[lost!]).toMatchObject({ state: 'terminated' });
  const causes = (await activities(cloud)).map(({ Cause }) => Cause);
  expect(causes[0]).toContain('launched in response to an unhealthy instance needing to be replaced');
  expect(causes[1]).toContain('EC2 health check indicating it has been terminated or stopped');
});

test('a group grows and shrinks; the oldest version of the template goes first', async () => {
  const cloud = await groupOf(1);
  await cloud.ec2.send(
    new CreateLaunchTemplateVersionCommand({
      LaunchTemplateName: 'worker',
      SourceVersion: '1',
      LaunchTemplateData: { KeyName: undefined, Monitoring: { Enabled: true } },
    }),
  );
  await setCapacity(cloud, 2);
  const versions = async () => (await theGroup(cloud))!.Instances!.map(({ LaunchTemplate }) => LaunchTemplate!.Version);
  expect(await versions()).toEqual(['1', '2']);
  await setCapacity(cloud, 1);
  expect(await versions()).toEqual(['2']);
  expect((await activities(cloud))[0]!.Cause).toMatch(/from 2 to 1.*was selected for termination\.$/);
  await setCapacity(cloud, 0);
  expect(await versions()).toEqual([]);
  expect((await described(cloud)).map(({ State }) => State!.Name)).toEqual(['terminated', 'terminated']);
});

test('a new version alone replaces nothing', async () => {
  const cloud = await groupOf(1);
  const before = await memberIds(cloud);
  await cloud.ec2.send(
    new CreateLaunchTemplateVersionCommand({
      LaunchTemplateName: 'worker',
      SourceVersion: '1',
      LaunchTemplateData: { Monitoring: { Enabled: true } },
    }),
  );
  const LaunchTemplate = { LaunchTemplateName: 'worker', Version: '2' };
  await cloud.autoScaling.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, LaunchTemplate }));
  await cloud.idle();
  expect(await memberIds(cloud)).toEqual(before);
  expect((await theGroup(cloud))!.Instances).toMatchObject([{ LaunchTemplate: { Version: '1' } }]);
});

test('a group is deleted when it has no instances, or with all of them by force', async () => {
  const cloud = await groupOf(1);
  await expect(
    cloud.autoScaling.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName })),
  ).rejects.toMatchObject({
    name: 'ResourceInUseFault',
  });
  const letGo = cloud.machines.hold();
  await cloud.autoScaling.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName, ForceDelete: true }));
  expect(await theGroup(cloud)).toMatchObject({ Status: 'Delete in progress' });
  letGo();
  await cloud.idle();
  expect(await theGroup(cloud)).toBeUndefined();
  expect((await described(cloud)).map(({ State }) => State!.Name)).toEqual(['terminated']);
});
