import { isDeepStrictEqual } from 'node:util';
import type { Tags } from '../../state.ts';
import { queryParametersOf } from '../resources/ec2-parameters.ts';
import { nameOr } from '../resources/physical-name.ts';
import { ResourceFailure, type ResourceType, type WantedResource, type Work } from '../resources/resource-type.ts';
import type { StackResource } from '../stack.ts';
import { type Block, isBlock, textOf, type Value } from '../template/template.ts';
import { describeGroup, failedLaunch, rollingGroup } from './live-group.ts';
import { readCreationPolicy, readUpdatePolicy } from './policies.ts';
import { rollingUpdate, type Sizes, signalled } from './rolling-update.ts';

/** Properties whose change makes instances obsolete. */
const LAUNCH = ['LaunchTemplate', 'MixedInstancesPolicy'];

/** AWS::AutoScaling::AutoScalingGroup. */
export const autoScalingGroup: ResourceType = {
  properties: {
    AutoScalingGroupName: 'replacement',
    AvailabilityZones: 'in place',
    CapacityRebalance: 'in place',
    Cooldown: 'in place',
    DefaultInstanceWarmup: 'in place',
    DesiredCapacity: 'in place',
    HealthCheckGracePeriod: 'in place',
    HealthCheckType: 'in place',
    LaunchTemplate: 'in place',
    MaxInstanceLifetime: 'in place',
    MaxSize: 'in place',
    MinSize: 'in place',
    MixedInstancesPolicy: 'in place',
    NewInstancesProtectedFromScaleIn: 'in place',
    Tags: 'in place',
    TerminationPolicies: 'in place',
    VPCZoneIdentifier: 'in place',
  },
  required: ['MaxSize', 'MinSize'],
  attributes: ['AutoScalingGroupARN'],
  tagged: true,
  nameProperty: 'AutoScalingGroupName',
  async create(work, wanted) {
    const name = nameOr(work, wanted, 'AutoScalingGroupName', 255);
    const policy = readCreationPolicy(wanted.creationPolicy);
    readUpdatePolicy(wanted.updatePolicy);
    await work.call('autoscaling', 'CreateAutoScalingGroup', {
      AutoScalingGroupName: name,
      ...groupParameters(wanted.properties),
      ...sizeParameters(wanted.properties),
      Tags: tagParameters(name, wanted),
    });
    work.initiated(name);
    await stable(work, name);
    if (policy) await signalled(work, policy.count, policy.percent, policy.timeout);
    const { AutoScalingGroupARN } = await describeGroup(work, name);
    return { physicalId: name, attributes: { AutoScalingGroupARN } };
  },
  async update(work, wanted, current) {
    const name = current.physicalId;
    const policy = readUpdatePolicy(wanted.updatePolicy);
    await updateTags(work, wanted, current);
    const sizes = policy.ignoreUnmodifiedSizes ? modifiedSizes(wanted, current) : sizeParameters(wanted.properties);
    const relaunch = LAUNCH.some(property => differs(property, wanted, current));
    if (!policy.rolling || !relaunch) {
      await work.call('autoscaling', 'UpdateAutoScalingGroup', {
        AutoScalingGroupName: name,
        ...groupParameters(wanted.properties),
        ...sizes,
      });
      await stable(work, name);
      return {};
    }
    const before = await describeGroup(work, name);
    const final: Sizes & { max: number } = {
      min: Number(sizes.MinSize ?? before.MinSize),
      max: Number(sizes.MaxSize ?? before.MaxSize),
      desired: Number(sizes.DesiredCapacity ?? before.DesiredCapacity),
    };
    final.desired = Math.min(Math.max(final.desired, final.min), final.max);
    // The sizes wait for the end: a group that shrinks now would choose by itself which instance goes.
    await work.call('autoscaling', 'UpdateAutoScalingGroup', {
      AutoScalingGroupName: name,
      ...groupParameters(wanted.properties),
      MaxSize: String(Math.max(final.max, Number(before.DesiredCapacity))),
    });
    const suspended = { AutoScalingGroupName: name, ScalingProcesses: policy.rolling.suspend };
    if (policy.rolling.suspend.length > 0) await work.call('autoscaling', 'SuspendProcesses', suspended);
    try {
      await rollingUpdate(rollingGroup(work, name), policy.rolling, final);
    } finally {
      if (policy.rolling.suspend.length > 0) await work.call('autoscaling', 'ResumeProcesses', suspended);
    }
    await work.call('autoscaling', 'UpdateAutoScalingGroup', {
      AutoScalingGroupName: name,
      MinSize: String(final.min),
      MaxSize: String(final.max),
      DesiredCapacity: String(final.desired),
    });
    await stable(work, name);
    return {};
  },
  async remove(work, { physicalId: name }) {
    await work.call('autoscaling', 'DeleteAutoScalingGroup', { AutoScalingGroupName: name, ForceDelete: 'true' });
    await work.until(`the group ${name} to be deleted`, async () => {
      const { AutoScalingGroups } = await work.call('autoscaling', 'DescribeAutoScalingGroups', {
        AutoScalingGroupNames: [name],
      });
      return AutoScalingGroups.length === 0 ? true : undefined;
    });
  },
};

/** Whether a change of a group calls for another one, which its UpdatePolicy may want. */
export function willReplaceGroup(wanted: WantedResource, current: StackResource): boolean {
  const isRelaunched = LAUNCH.some(property => differs(property, wanted, current));
  return isRelaunched && readUpdatePolicy(wanted.updatePolicy).replacing;
}

/** Waits until the group has as many instances as it wants. Throws what keeps it from launching them. */
async function stable(work: Work, name: string): Promise<void> {
  const since = new Date().toISOString();
  await work.until(`the group ${name} to have its instances`, async () => {
    const group = await describeGroup(work, name);
    const instances = group.Instances as { LifecycleState: string }[];
    const ready = instances.filter(({ LifecycleState }) => LifecycleState === 'InService').length;
    if (ready === group.DesiredCapacity && instances.length === ready) return true;
    const failure = await failedLaunch(work, name, since);
    if (failure === undefined) return undefined;
    const sizes = `{${ready}/${group.MinSize}/${group.DesiredCapacity}}`;
    throw new ResourceFailure(
      `Group did not stabilize. {current/minSize/desired group size}=${sizes}. Failed Scaling Activity: ${failure}`,
    );
  });
}

function groupParameters(properties: Block): object {
  const { VPCZoneIdentifier, Cooldown, MinSize, MaxSize, DesiredCapacity, Tags, AutoScalingGroupName, ...rest } =
    properties;
  return {
    ...(queryParametersOf(rest) as object),
    ...(VPCZoneIdentifier !== undefined && { VPCZoneIdentifier: [VPCZoneIdentifier].flat().join(',') }),
    ...(Cooldown !== undefined && { DefaultCooldown: String(Cooldown) }),
  };
}

function sizeParameters({ MinSize, MaxSize, DesiredCapacity }: Block): Record<string, string> {
  const given = { MinSize, MaxSize, DesiredCapacity };
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (textOf(value) === undefined ? [] : [[name, String(value)]])),
  );
}

function modifiedSizes(wanted: WantedResource, current: StackResource): Record<string, string> {
  const [now, before] = [sizeParameters(wanted.properties), sizeParameters(current.properties)];
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => before[name] !== value));
}

/** The group's own tags say for themselves whether instances get them; those of the stack all go to the instances. */
function tagParameters(name: string, { properties, tags }: WantedResource): object[] {
  const own = (Array.isArray(properties.Tags) ? properties.Tags : []).filter(isBlock);
  const keys = own.map(({ Key }) => String(Key));
  const inherited = Object.entries(tags).filter(([key]) => !keys.includes(key));
  return [
    ...own.map(({ Key, Value: value, PropagateAtLaunch }) => tag(name, String(Key), value, PropagateAtLaunch)),
    ...inherited.map(([key, value]) => tag(name, key, value, true)),
  ];
}

function tag(name: string, Key: string, value: Value | undefined, propagate: Value | undefined): object {
  return {
    ResourceId: name,
    ResourceType: 'auto-scaling-group',
    Key,
    Value: textOf(value) ?? '',
    PropagateAtLaunch: textOf(propagate) ?? 'true',
  };
}

async function updateTags(work: Work, wanted: WantedResource, current: StackResource): Promise<void> {
  const name = current.physicalId;
  const keysOf = (properties: Block, tags: Tags) =>
    tagParameters(name, { properties, tags }).map(entry => (entry as { Key: string }).Key);
  const keys = keysOf(wanted.properties, wanted.tags);
  const gone = keysOf(current.properties, current.tags).filter(key => !keys.includes(key));
  const [before, after] = [tagParameters(name, current), tagParameters(name, wanted)];
  if (isDeepStrictEqual(before, after)) return;
  await work.call('autoscaling', 'CreateOrUpdateTags', { Tags: after });
  if (gone.length > 0) {
    await work.call('autoscaling', 'DeleteTags', { Tags: gone.map(key => tag(name, key, '', true)) });
  }
}

function differs(property: string, wanted: WantedResource, current: StackResource): boolean {
  return !isDeepStrictEqual(wanted.properties[property], current.properties[property]);
}
