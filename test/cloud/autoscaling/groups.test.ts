import {
  CreateAutoScalingGroupCommand,
  type CreateAutoScalingGroupCommandInput,
  CreateOrUpdateTagsCommand,
  DeleteTagsCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  DescribeLaunchConfigurationsCommand,
  DescribeTagsCommand,
  paginateDescribeAutoScalingGroups,
  paginateDescribeScalingActivities,
  UpdateAutoScalingGroupCommand,
  type UpdateAutoScalingGroupCommandInput,
} from '@aws-sdk/client-auto-scaling';
import { CreateLaunchTemplateCommand } from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { type FakeCloud, FOREIGN_IMAGE_ID, fakeCloud } from '../fake-cloud.ts';
import { SUBNET_ID } from '../state.ts';
import { activities, makeGroup, makeTemplate, memberIds, theGroup } from './fake-group.ts';

const AutoScalingGroupName = 'workers';
const LaunchTemplate = { LaunchTemplateName: 'worker' };

/** A cloud with the template `worker` and the group `workers`, which is empty unless something else is said. */
async function withGroup(input: Partial<CreateAutoScalingGroupCommandInput> = {}): Promise<FakeCloud> {
  const cloud = await fakeCloud();
  await makeTemplate(cloud);
  await makeGroup(cloud, { DesiredCapacity: 0, ...input });
  return cloud;
}

async function update(cloud: FakeCloud, input: Partial<UpdateAutoScalingGroupCommandInput>) {
  await cloud.autoScaling.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, ...input }));
  await cloud.idle();
}

test('a group has the defaults of AWS, and the settings it was given', async () => {
  const cloud = await withGroup({ HealthCheckGracePeriod: 120, DefaultInstanceWarmup: 30 });
  expect(await theGroup(cloud)).toMatchObject({
    AutoScalingGroupARN: expect.stringMatching(
      /^arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:[0-9a-f-]{36}:autoScalingGroupName\/workers$/,
    ),
    MinSize: 0,
    MaxSize: 3,
    DesiredCapacity: 0,
    DefaultCooldown: 300,
    HealthCheckType: 'EC2',
    HealthCheckGracePeriod: 120,
    DefaultInstanceWarmup: 30,
    AvailabilityZones: ['us-east-1a'],
    VPCZoneIdentifier: SUBNET_ID,
    TerminationPolicies: ['Default'],
    NewInstancesProtectedFromScaleIn: false,
    CreatedTime: expect.any(Date),
    Instances: [],
    SuspendedProcesses: [],
    Tags: [],
  });
});

test('an update changes what it names and nothing else', async () => {
  const cloud = await withGroup({ DesiredCapacity: 1, HealthCheckGracePeriod: 120 });
  const before = (await theGroup(cloud))!;
  await update(cloud, {
    DefaultCooldown: 5,
    TerminationPolicies: ['OldestInstance'],
    NewInstancesProtectedFromScaleIn: true,
  });
  expect(await theGroup(cloud)).toEqual({
    ...before,
    DefaultCooldown: 5,
    TerminationPolicies: ['OldestInstance'],
    NewInstancesProtectedFromScaleIn: true,
  });
});

test.each([
  ['a higher minimum raises the desired capacity', { MinSize: 2 }, 2],
  ['a lower maximum lowers it', { MaxSize: 0 }, 0],
  ['other limits leave it alone', { MinSize: 1, MaxSize: 2 }, 1],
  ['it can be given', { DesiredCapacity: 3 }, 3],
])('%s', async (_what, sizes, capacity) => {
  const cloud = await withGroup({ DesiredCapacity: 1 });
  await update(cloud, sizes);
  expect((await theGroup(cloud))!.DesiredCapacity).toBe(capacity);
  expect(await memberIds(cloud)).toHaveLength(capacity);
});

test('a group changes from a template to mixed instances and back', async () => {
  const cloud = await withGroup();
  await update(cloud, { MixedInstancesPolicy: { LaunchTemplate: { LaunchTemplateSpecification: LaunchTemplate } } });
  const mixed = (await theGroup(cloud))!;
  expect(mixed.LaunchTemplate).toBeUndefined();
  expect(mixed.MixedInstancesPolicy!.LaunchTemplate!.LaunchTemplateSpecification).toMatchObject(LaunchTemplate);
  await update(cloud, { LaunchTemplate });
  const plain = (await theGroup(cloud))!;
  expect(plain).toMatchObject({ LaunchTemplate: { ...LaunchTemplate, Version: '$Default' } });
  expect(plain.MixedInstancesPolicy).toBeUndefined();
});

test('tags are added, changed, listed, filtered and deleted', async () => {
  const cloud = await withGroup();
  const tag = { ResourceId: AutoScalingGroupName, ResourceType: 'auto-scaling-group' };
  const tags = [
    { ...tag, Key: 'a', Value: '1', PropagateAtLaunch: true },
    { ...tag, Key: 'b', Value: '2', PropagateAtLaunch: false },
  ];
  await cloud.autoScaling.send(new CreateOrUpdateTagsCommand({ Tags: tags }));
  expect((await theGroup(cloud))!.Tags).toEqual(tags);
  const listed = async (Filters: { Name: string; Values: string[] }[]) =>
    (await cloud.autoScaling.send(new DescribeTagsCommand({ Filters }))).Tags!.map(({ Key }) => Key);
  expect(await listed([])).toEqual(['a', 'b']);
  expect(
    await listed([
      { Name: 'auto-scaling-group', Values: ['workers'] },
      { Name: 'value', Values: ['2'] },
    ]),
  ).toEqual(['b']);
  expect(await listed([{ Name: 'propagate-at-launch', Values: ['true'] }])).toEqual(['a']);
  const found = async (Name: string, ...Values: string[]) =>
    (await cloud.autoScaling.send(new DescribeAutoScalingGroupsCommand({ Filters: [{ Name, Values }] })))
      .AutoScalingGroups!.length;
  expect(
    await Promise.all([found('tag-key', 'a'), found('tag-value', '3'), found('tag:b', '1', '2'), found('tag:a', '2')]),
  ).toEqual([1, 0, 1, 0]);
  await cloud.autoScaling.send(new DeleteTagsCommand({ Tags: [{ ...tag, Key: 'a' }] }));
  expect((await theGroup(cloud))!.Tags).toEqual([tags[1]]);
});

test('groups and activities come in pages; unknown names are no error', async () => {
  const cloud = await fakeCloud();
  await makeTemplate(cloud);
  for (let number = 0; number < 53; number++)
    await makeGroup(cloud, { AutoScalingGroupName: `g${number}`, DesiredCapacity: 0 });
  const sizes: number[] = [];
  for await (const { AutoScalingGroups } of paginateDescribeAutoScalingGroups({ client: cloud.autoScaling }, {})) {
    sizes.push(AutoScalingGroups!.length);
  }
  expect(sizes).toEqual([50, 3]);
  const AutoScalingGroupNames = ['g1', 'none'];
  const named = await cloud.autoScaling.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames }));
  expect(named.AutoScalingGroups).toHaveLength(1);
  await cloud.autoScaling.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: 'g1', DesiredCapacity: 3 }));
  await cloud.idle();
  const ids: string[] = [];
  for await (const page of paginateDescribeScalingActivities({ client: cloud.autoScaling, pageSize: 2 }, {})) {
    ids.push(...page.Activities!.map(({ ActivityId }) => ActivityId!));
  }
  expect(ids).toEqual((await activities(cloud)).map(({ ActivityId }) => ActivityId));
  expect(new Set(ids).size).toBe(3);
  const one = await cloud.autoScaling.send(new DescribeAutoScalingInstancesCommand({ MaxRecords: 1 }));
  expect(one).toMatchObject({ AutoScalingInstances: [{ AutoScalingGroupName: 'g1', HealthStatus: 'HEALTHY' }] });
  expect(one.NextToken).toEqual(expect.any(String));
  const none = await cloud.autoScaling.send(new DescribeLaunchConfigurationsCommand({ MaxRecords: 10 }));
  expect(none).toMatchObject({ LaunchConfigurations: [] });
  for (const input of [{ MaxRecords: 101 }, { MaxRecords: 0 }]) {
    await expect(cloud.autoScaling.send(new DescribeAutoScalingGroupsCommand(input))).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining("at 'maxRecords' failed to satisfy constraint"),
    });
  }
  await expect(cloud.autoScaling.send(new DescribeAutoScalingGroupsCommand({ NextToken: 'x' }))).rejects.toMatchObject({
    name: 'InvalidNextToken',
  });
});

test.each<[string, Partial<CreateAutoScalingGroupCommandInput>, string, string]>([
  ['a name twice', { AutoScalingGroupName }, 'AlreadyExistsFault', 'already exists'],
  [
    'a minimum above the maximum',
    { MinSize: 4 },
    'ValidationError',
    'Max bound, 3, must be greater than or equal to min bound, 4',
  ],
  [
    'a desired capacity outside',
    { DesiredCapacity: 4 },
    'ValidationError',
    'Desired capacity:4 must be between the specified min size:0 and max size:3',
  ],
  [
    'no subnet',
    { VPCZoneIdentifier: undefined },
    'ValidationError',
    'At least one Availability Zone or VPC Subnet is required.',
  ],
  [
    'a subnet that there is not',
    { VPCZoneIdentifier: 'subnet-00000000' },
    'ValidationError',
    "'subnet-00000000' does not exist",
  ],
  ['no template', { LaunchTemplate: undefined }, 'ValidationError', 'must contain either LaunchTemplate'],
  [
    'a template that there is not',
    { LaunchTemplate: { LaunchTemplateName: 'none' } },
    'ValidationError',
    'template name none, does not exist',
  ],
  [
    'a version that there is not',
    { LaunchTemplate: { LaunchTemplateName: 'worker', Version: '7' } },
    'ValidationError',
    'version 7',
  ],
  [
    'a template that nothing launches from',
    { LaunchTemplate: { LaunchTemplateName: 'broken' } },
    'ValidationError',
    'You must use a valid fully-formed launch template.',
  ],
  [
    'a policy without a template',
    { LaunchTemplate: undefined, MixedInstancesPolicy: {} },
    'ValidationError',
    'either LaunchTemplate',
  ],
  [
    'requirements that no type meets',
    {
      LaunchTemplate: undefined,
      MixedInstancesPolicy: {
        LaunchTemplate: {
          LaunchTemplateSpecification: LaunchTemplate,
          Overrides: [{ InstanceRequirements: { VCpuCount: { Min: 900 }, MemoryMiB: { Min: 1 } } }],
        },
      },
    },
    'ValidationError',
    'No instance type satisfies',
  ],
  [
    'Spot Instances',
    {
      LaunchTemplate: undefined,
      MixedInstancesPolicy: {
        LaunchTemplate: { LaunchTemplateSpecification: LaunchTemplate },
        InstancesDistribution: { OnDemandPercentageAboveBaseCapacity: 50 },
      },
    },
    'ValidationError',
    'no Spot Instances',
  ],
  [
    'a launch configuration',
    { LaunchTemplate: undefined, LaunchConfigurationName: 'x' },
    'ValidationError',
    'LaunchConfigurationName',
  ],
  ['an unknown policy', { TerminationPolicies: ['x'] }, 'ValidationError', 'Termination policy: x is not valid'],
  ["a tag of AWS's", { Tags: [{ Key: 'aws:x', Value: '' }] }, 'ValidationError', 'reserved'],
])('%s: refused, and there is no such group', async (_what, input, name, message) => {
  const cloud = await withGroup();
  await cloud.ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: 'broken',
      LaunchTemplateData: { ImageId: FOREIGN_IMAGE_ID },
    }),
  );
  const create = new CreateAutoScalingGroupCommand({
    AutoScalingGroupName: 'new',
    MinSize: 0,
    MaxSize: 3,
    VPCZoneIdentifier: SUBNET_ID,
    LaunchTemplate,
    ...input,
  });
  await expect(cloud.autoScaling.send(create)).rejects.toMatchObject({
    name,
    message: expect.stringContaining(message),
  });
  expect(Object.keys(cloud.state.autoScalingGroups)).toEqual(['workers']);
});

test.each<[string, Partial<UpdateAutoScalingGroupCommandInput>, string]>([
  ['a group that there is not', { AutoScalingGroupName: 'none' }, "AutoScalingGroup 'none' not found"],
  [
    'a template that nothing launches from',
    { LaunchTemplate: { LaunchTemplateName: 'broken' } },
    'valid fully-formed launch template',
  ],
  ['a desired capacity outside', { DesiredCapacity: 9 }, 'must be between'],
])('%s: not updated', async (_what, input, message) => {
  const cloud = await withGroup();
  await cloud.ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: 'broken',
      LaunchTemplateData: { ImageId: FOREIGN_IMAGE_ID },
    }),
  );
  const before = await theGroup(cloud);
  await expect(update(cloud, input)).rejects.toMatchObject({
    name: 'ValidationError',
    message: expect.stringContaining(message),
  });
  expect(await theGroup(cloud)).toEqual(before);
});
