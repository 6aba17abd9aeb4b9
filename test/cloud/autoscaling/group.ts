import { Fault, type Parameters } from '../service.ts';
import { required } from './parameters.ts';

/** The part of the state that has groups, by name. */
type State = { autoScalingGroups: Record<string, AutoScalingGroup> };

/** A launch template, by both its names, and the version that was asked for: a number, `$Latest` or `$Default`. */
export interface TemplateReference {
  LaunchTemplateId: string;
  LaunchTemplateName: string;
  Version: string;
}

/** What concerns one of a group's instances, beside what EC2 knows of it. */
export interface GroupInstance {
  instanceId: string;
  lifecycleState: 'Pending' | 'InService' | 'Terminating';
  healthStatus: 'Healthy' | 'Unhealthy';
  protectedFromScaleIn: boolean;
  instanceType: string;
  imageId: string;
  /** Version is a number here. */
  launchTemplate: TemplateReference;
  launchedAt: string;
  subnetId: string;
  /** The activity under way that concerns it. */
  activityId?: string;
}

export interface GroupTag {
  value: string;
  propagateAtLaunch: boolean;
}

export interface AutoScalingGroup {
  name: string;
  arn: string;
  createdTime: string;
  minSize: number;
  maxSize: number;
  desiredCapacity: number;
  /** How instances are launched: either of the two. */
  launchTemplate?: TemplateReference;
  mixedInstancesPolicy?: MixedInstancesPolicy;
  subnetIds: string[];
  terminationPolicies: string[];
  newInstancesProtectedFromScaleIn: boolean;
  /** What is kept and answered, and changes nothing here: cooldowns, warm-ups. By the names of the API. */
  settings: Parameters;
  suspendedProcesses: string[];
  tags: Record<string, GroupTag>;
  instances: Record<string, GroupInstance>;
  /** ForceDelete was asked for: it goes with its last instance. */
  deleting?: boolean;
  /** Why the desired capacity is what it is, until it is reached. */
  request?: string;
  /** Launches that failed one after the other; no other one is tried before `nextLaunch`. */
  failures: number;
  nextLaunch?: string;
}

/** As the API has it, but for the templates, which are by both their names. */
export interface MixedInstancesPolicy {
  LaunchTemplate: { LaunchTemplateSpecification: TemplateReference; Overrides?: Override[] };
  InstancesDistribution?: Parameters;
}

export interface Override {
  InstanceType?: string;
  ImageId?: string;
  InstanceRequirements?: Parameters;
  LaunchTemplateSpecification?: TemplateReference;
}

export interface ScalingActivity {
  activityId: string;
  /** Its place among all activities. */
  number: number;
  groupName: string;
  groupArn: string;
  description: string;
  cause: string;
  startTime: string;
  endTime?: string;
  statusCode: 'InProgress' | 'Successful' | 'Failed' | 'Cancelled';
  statusMessage?: string;
  subnetId?: string;
}

/** The group that `AutoScalingGroupName` names. Throws ValidationError. */
export function namedGroup({ autoScalingGroups }: State, parameters: Parameters): AutoScalingGroup {
  const name = required(parameters, 'AutoScalingGroupName');
  if (Object.hasOwn(autoScalingGroups, name)) return autoScalingGroups[name]!;
  const message = `AutoScalingGroup name not found - AutoScalingGroup '${name}' not found`;
  throw new Fault('ValidationError', message);
}

/** The instance that `InstanceId` names, and its group. Throws ValidationError. */
export function namedInstance(
  { autoScalingGroups }: State,
  parameters: Parameters,
): { group: AutoScalingGroup; instance: GroupInstance } {
  const id = required(parameters, 'InstanceId');
  for (const group of Object.values(autoScalingGroups)) {
    const instance = group.instances[id];
    if (instance) return { group, instance };
  }
  const message = `Instance Id not found - No managed instance found for instance ID: ${id}`;
  throw new Fault('ValidationError', message);
}

/** Whether a process of this group was suspended, such as `Launch`. */
export function isSuspended({ suspendedProcesses }: AutoScalingGroup, process: string): boolean {
  return suspendedProcesses.includes(process);
}

/** Those that count: neither terminated nor on the way there. */
export function membersOf({ instances }: AutoScalingGroup): GroupInstance[] {
  return Object.values(instances).filter(({ lifecycleState }) => lifecycleState !== 'Terminating');
}

/** A member as a group writes it down when its instance has been launched. */
export function newMember(
  group: AutoScalingGroup,
  instance: Pick<GroupInstance, 'instanceId' | 'instanceType' | 'imageId' | 'subnetId'> & { launchTime: string },
  launchTemplate: GroupInstance['launchTemplate'],
): GroupInstance {
  const { instanceId, instanceType, imageId, subnetId, launchTime: launchedAt } = instance;
  return {
    instanceId,
    lifecycleState: 'Pending',
    healthStatus: 'Healthy',
    protectedFromScaleIn: group.newInstancesProtectedFromScaleIn,
    instanceType,
    imageId,
    launchTemplate,
    launchedAt,
    subnetId,
  };
}
