import { DescribeScalingActivitiesCommand, SetDesiredCapacityCommand } from '@aws-sdk/client-auto-scaling';
import { CreateLaunchTemplateVersionCommand, type RequestLaunchTemplateData } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BASE_IMAGE_ID, type FakeCloud, fakeCloud, TYPE } from '../fake-cloud.ts';
import { PRIVATE_SUBNET_ID, SECURITY_GROUP_ID, SUBNET_ID } from '../state.ts';
import { activities, described, makeGroup, makeTemplate, theGroup } from './fake-group.ts';

const AutoScalingGroupName = 'workers';

/** Adds a version to the template `worker`. */
const addVersion = ({ ec2 }: FakeCloud, LaunchTemplateData: RequestLaunchTemplateData) =>
  ec2.send(
    new CreateLaunchTemplateVersionCommand({ LaunchTemplateName: 'worker', SourceVersion: '1', LaunchTemplateData }),
  );

const setCapacity = ({ autoScaling }: FakeCloud, DesiredCapacity: number) =>
  autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity }));

/** Lets seconds pass, one after the other; gives those in which `count` grew. */
async function growthOf(cloud: FakeCloud, seconds: number, count: () => Promise<number>): Promise<number[]> {
  const start = Date.parse('2030-01-01T00:00:00Z');
  const grew: number[] = [];
  let before = await count();
  for (let second = 1; second <= seconds; second++) {
    cloud.setTime(new Date(start + second * 1000));
    await vi.advanceTimersByTimeAsync(1000);
    await cloud.idle();
    const after = await count();
    if (after > before) grew.push(second);
    before = after;
  }
  return grew;
}

describe('as time passes', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  /** A cloud with an empty group, in which it is New Year. */
  async function atNewYear(): Promise<FakeCloud> {
    const cloud = await fakeCloud();
    await makeTemplate(cloud);
    await makeGroup(cloud, { DesiredCapacity: 0 });
    cloud.setTime(new Date('2030-01-01T00:00:00Z'));
    return cloud;
  }

  test('a launch that EC2 refuses is a failed activity, and is tried again, less and less often', async () => {
    const cloud = await atNewYear();
    await addVersion(cloud, { ImageId: 'ami-00000000' });
    await setCapacity(cloud, 1);
    await cloud.idle();
    const reason = "The image id '[ami-00000000]' does not exist. Launching EC2 instance failed.";
    expect(await activities(cloud)).toMatchObject([
      {
        StatusCode: 'Failed',
        StatusMessage: reason,
        Description: `Launching a new EC2 instance.  Status Reason: ${reason}`,
        EndTime: new Date('2030-01-01T00:00:00Z'),
        Progress: 100,
      },
    ]);
    const attempts = await growthOf(cloud, 16, async () => (await activities(cloud)).length);
    expect(attempts).toEqual([1, 3, 7, 15]);
    await addVersion(cloud, { ImageId: BASE_IMAGE_ID });
    await setCapacity(cloud, 1);
    await cloud.idle();
    expect((await theGroup(cloud))!.Instances).toMatchObject([{ LifecycleState: 'InService' }]);
    expect((await activities(cloud))[0]).toMatchObject({ StatusCode: 'Successful' });
  });

  test('a machine that goes down again and again is replaced less and less often', async () => {
    const cloud = await atNewYear();
    await setCapacity(cloud, 1);
    await cloud.idle();
    const launches = async () =>
      (await activities(cloud)).filter(({ Description }) => /Launching/.test(Description!)).length;
    const grew = await growthOf(cloud, 16, async () => {
      const count = await launches();
      for (const { instanceId, state } of Object.values(cloud.state.instances)) {
        if (state === 'running') cloud.machines.goDown(instanceId);
      }
      await cloud.idle();
      return count;
    });
    expect(grew).toEqual([1, 3, 7, 15]);
  });

  test('after a quiet minute, it is replaced at once', async () => {
    const cloud = await atNewYear();
    await setCapacity(cloud, 1);
    await cloud.idle();
    const [instanceId] = Object.keys(cloud.state.instances);
    cloud.setTime(new Date('2030-01-01T00:01:00Z'));
    cloud.machines.goDown(instanceId!);
    await cloud.idle();
    expect((await theGroup(cloud))!.Instances).toMatchObject([{ LifecycleState: 'InService' }]);
  });
});

test('a machine that does not boot is a failed activity, and another one is launched', async () => {
  const cloud = await fakeCloud();
  await makeTemplate(cloud);
  cloud.machines.fail('boot');
  await makeGroup(cloud);
  const failed = (await activities(cloud)).find(({ StatusCode }) => StatusCode === 'Failed');
  expect(failed!.StatusMessage).toContain(
    'Instance became unhealthy while waiting for instance to be in InService state. Termination Reason: Server.InternalError: boot was told to fail',
  );
  expect((await theGroup(cloud))!.Instances).toEqual([]);
  // What is asked for by hand is tried at once.
  await setCapacity(cloud, 1);
  await cloud.idle();
  expect((await theGroup(cloud))!.Instances).toMatchObject([{ LifecycleState: 'InService' }]);
});

test("subnets take turns; a template's network interface gets the group's subnet", async () => {
  const cloud = await fakeCloud();
  await makeTemplate(cloud, {
    NetworkInterfaces: [{ DeviceIndex: 0, Groups: [SECURITY_GROUP_ID], AssociatePublicIpAddress: false }],
  });
  await makeGroup(cloud, { DesiredCapacity: 2, VPCZoneIdentifier: `${SUBNET_ID}, ${PRIVATE_SUBNET_ID}` });
  const instances = await described(cloud);
  expect(instances.map(({ SubnetId }) => SubnetId).sort()).toEqual([SUBNET_ID, PRIVATE_SUBNET_ID].sort());
  expect(instances.flatMap(({ PublicIpAddress }) => PublicIpAddress ?? [])).toEqual([]);
  const { Activities } = await cloud.autoScaling.send(
    new DescribeScalingActivitiesCommand({ AutoScalingGroupName, MaxRecords: 1 }),
  );
  expect(JSON.parse(Activities![0]!.Details!)).toEqual({
    'Subnet ID': expect.stringMatching(/^subnet-/),
    'Availability Zone': 'us-east-1a',
  });
});

const LaunchTemplateSpecification = { LaunchTemplateName: 'worker', Version: '$Latest' };
const INTEL = process.arch !== 'arm64';

test.each([
  [
    'the first type that fits the image',
    [
      { InstanceType: INTEL ? 't4g.nano' : 't3.nano' },
      { InstanceType: INTEL ? 'm5.large' : 'm6g.large' },
      { InstanceType: TYPE },
    ],
    undefined,
    INTEL ? 'm5.large' : 'm6g.large',
  ],
  [
    'the cheapest type, if prices decide',
    [{ InstanceType: INTEL ? 'm5.large' : 'm6g.large' }, { InstanceType: TYPE }],
    'lowest-price',
    TYPE,
  ],
  [
    'the cheapest type that meets requirements',
    [{ InstanceRequirements: { VCpuCount: { Min: 2 }, MemoryMiB: { Min: 4096 }, AllowedInstanceTypes: ['t*', 'm*'] } }],
    undefined,
    INTEL ? 'm5.large' : 'm6g.large',
  ],
  [
    'burstable types only when they are asked for',
    [
      {
        InstanceRequirements: {
          VCpuCount: { Min: 2 },
          MemoryMiB: { Min: 4096, Max: 8192 },
          BurstablePerformance: 'included' as const,
          ExcludedInstanceTypes: ['t3a.*'],
        },
      },
    ],
    undefined,
    INTEL ? 't3.medium' : 't4g.medium',
  ],
])('a mixed group launches %s', async (_what, Overrides, OnDemandAllocationStrategy, expected) => {
  const cloud = await fakeCloud();
  await makeTemplate(cloud, { InstanceType: undefined });
  const MixedInstancesPolicy = {
    LaunchTemplate: { LaunchTemplateSpecification, Overrides },
    InstancesDistribution: { OnDemandAllocationStrategy },
  };
  await makeGroup(cloud, { MixedInstancesPolicy });
  const group = (await theGroup(cloud))!;
  expect(group.Instances).toMatchObject([{ InstanceType: expected, LaunchTemplate: { Version: '1' } }]);
  expect(group.LaunchTemplate).toBeUndefined();
  expect(group.MixedInstancesPolicy).toMatchObject({
    LaunchTemplate: { LaunchTemplateSpecification, Overrides },
    InstancesDistribution: { OnDemandPercentageAboveBaseCapacity: 100 },
  });
});

test("a template's own requirements count, too", async () => {
  const cloud = await fakeCloud();
  await makeTemplate(cloud, {
    InstanceType: undefined,
    InstanceRequirements: { VCpuCount: { Min: 4 }, MemoryMiB: { Min: 1 } },
  });
  await makeGroup(cloud);
  expect((await theGroup(cloud))!.Instances).toMatchObject([{ InstanceType: INTEL ? 'm5.xlarge' : 'm6g.xlarge' }]);
});
