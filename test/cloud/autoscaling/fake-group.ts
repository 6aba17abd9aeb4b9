import {
  CreateAutoScalingGroupCommand,
  type CreateAutoScalingGroupCommandInput,
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  CreateLaunchTemplateCommand,
  DescribeInstancesCommand,
  type DescribeInstancesCommandInput,
  type RequestLaunchTemplateData,
} from '@aws-sdk/client-ec2';
import { BASE_IMAGE_ID, type FakeCloud, TYPE } from '../fake-cloud.ts';
import { SUBNET_ID } from '../state.ts';

/** Makes the launch template `worker` in a fake cloud; gives its identifier. */
export async function makeTemplate(cloud: FakeCloud, data: RequestLaunchTemplateData = {}): Promise<string> {
  const { LaunchTemplate } = await cloud.ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: 'worker',
      LaunchTemplateData: { ImageId: BASE_IMAGE_ID, InstanceType: TYPE as never, ...data },
    }),
  );
  return LaunchTemplate!.LaunchTemplateId!;
}

/** Makes the group `workers` of that template, with one instance of at most three; it is in service afterwards. */
export async function makeGroup(cloud: FakeCloud, input: Partial<CreateAutoScalingGroupCommandInput> = {}) {
  const source = input.MixedInstancesPolicy
    ? {}
    : { LaunchTemplate: { LaunchTemplateName: 'worker', Version: '$Latest' } };
  await cloud.autoScaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: 'workers',
      MinSize: 0,
      MaxSize: 3,
      DesiredCapacity: 1,
      VPCZoneIdentifier: SUBNET_ID,
      ...source,
      ...input,
    }),
  );
  await cloud.idle();
}

/** The group `workers` as it is described now. */
export async function theGroup({ autoScaling }: FakeCloud) {
  const { AutoScalingGroups } = await autoScaling.send(new DescribeAutoScalingGroupsCommand({}));
  return AutoScalingGroups!.find(({ AutoScalingGroupName }) => AutoScalingGroupName === 'workers');
}

/** Identifiers of the group's instances. */
export async function memberIds(cloud: FakeCloud): Promise<string[]> {
  return (await theGroup(cloud))!.Instances!.map(({ InstanceId }) => InstanceId!);
}

/** Makes all instances so old that nothing speaks against replacing them at once. */
export function ageInstances({ state }: FakeCloud): void {
  for (const { instances } of Object.values(state.autoScalingGroups)) {
    for (const instance of Object.values(instances)) instance.launchedAt = '2026-01-01T00:00:00.000Z';
  }
}

/** Activities, newest first. */
export async function activities({ autoScaling }: FakeCloud) {
  const { Activities } = await autoScaling.send(new DescribeScalingActivitiesCommand({ IncludeDeletedGroups: true }));
  return Activities!;
}

/** Instances as EC2 describes them. */
export async function described({ ec2 }: FakeCloud, input: DescribeInstancesCommandInput = {}) {
  const { Reservations } = await ec2.send(new DescribeInstancesCommand(input));
  return Reservations!.flatMap(({ Instances }) => Instances!);
}
