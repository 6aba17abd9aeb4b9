import { Fault, type Parameters } from '../service.ts';
import { type State, SUBNET_ID, ZONE } from '../state.ts';
import type { AutoScalingGroup, MixedInstancesPolicy, Override } from './group.ts';
import { flag, integer, list, optional, structure, structures } from './parameters.ts';
import { readReference } from './template-reference.ts';
import { TERMINATION_POLICIES } from './termination-policy.ts';

/** What is kept and answered as it is. */
const SETTINGS = [
  'CapacityRebalance',
  'Context',
  'DefaultCooldown',
  'DefaultInstanceWarmup',
  'HealthCheckGracePeriod',
  'HealthCheckType',
  'InstanceMaintenancePolicy',
  'MaxInstanceLifetime',
  'ServiceLinkedRoleARN',
];

/** What would change what a group does, and isn't there, must not pass in silence. */
const MISSING = [
  'AvailabilityZoneIds',
  'AvailabilityZoneImpairmentPolicy',
  'CapacityReservationSpecification',
  'DeletionProtection',
  'InstanceId',
  'InstanceLifecyclePolicy',
  'LaunchConfigurationName',
  'LifecycleHookSpecificationList',
  'LoadBalancerNames',
  'PlacementGroup',
  'TargetGroupARNs',
  'TrafficSources',
];

type Settled = Pick<
  AutoScalingGroup,
  | 'launchTemplate'
  | 'mixedInstancesPolicy'
  | 'subnetIds'
  | 'terminationPolicies'
  | 'newInstancesProtectedFromScaleIn'
  | 'settings'
>;

/** What CreateAutoScalingGroup or UpdateAutoScalingGroup says, but for sizes and tags; only what is given. */
export function readGroup(state: State, parameters: Parameters): Partial<Settled> {
  refuseWhatIsNotThere(parameters);
  const policies = list(parameters, 'TerminationPolicies');
  const unknown = policies.find(policy => !TERMINATION_POLICIES.includes(policy as never));
  if (unknown) throw new Fault('ValidationError', `Termination policy: ${unknown} is not valid`);
  const isProtected = flag(parameters, 'NewInstancesProtectedFromScaleIn');
  const subnetIds = readSubnets(state, parameters);
  const given = SETTINGS.filter(name => parameters[name] !== undefined && parameters[name] !== '');
  return {
    ...readTemplate(state, parameters),
    ...(subnetIds && { subnetIds }),
    ...(policies.length > 0 && { terminationPolicies: policies }),
    ...(isProtected !== undefined && { newInstancesProtectedFromScaleIn: isProtected }),
    settings: Object.fromEntries(given.map(name => [name, parameters[name]])),
  };
}

/** The three sizes, which must fit. Without a desired capacity, the one there was moves between the limits. */
export function readSizes(
  parameters: Parameters,
  before?: AutoScalingGroup,
): Pick<AutoScalingGroup, 'minSize' | 'maxSize' | 'desiredCapacity'> {
  const minSize = integer(parameters, 'MinSize') ?? before?.minSize;
  const maxSize = integer(parameters, 'MaxSize') ?? before?.maxSize;
  if (minSize === undefined || maxSize === undefined) {
    throw new Fault('ValidationError', 'You must specify both MinSize and MaxSize.');
  }
  if (minSize > maxSize) {
    throw new Fault('ValidationError', `Max bound, ${maxSize}, must be greater than or equal to min bound, ${minSize}`);
  }
  const wanted = integer(parameters, 'DesiredCapacity');
  if (wanted !== undefined && (wanted < minSize || wanted > maxSize)) {
    const limits = `the specified min size:${minSize} and max size:${maxSize}`;
    throw new Fault('ValidationError', `Desired capacity:${wanted} must be between ${limits}`);
  }
  const desiredCapacity = wanted ?? Math.min(Math.max(before?.desiredCapacity ?? minSize, minSize), maxSize);
  return { minSize, maxSize, desiredCapacity };
}

function refuseWhatIsNotThere(parameters: Parameters): void {
  const isGiven = (name: string) => parameters[name] !== undefined && parameters[name] !== '';
  const missing = MISSING.find(isGiven);
  if (missing) throw new Fault('ValidationError', `The local cloud has no Auto Scaling groups with ${missing}.`);
  const unit = optional(parameters, 'DesiredCapacityType') ?? 'units';
  if (unit !== 'units') throw new Fault('ValidationError', `The local cloud counts capacity in units, not in ${unit}.`);
}

/** Subnets by `VPCZoneIdentifier`; with zones alone, the default one. Undefined when neither is given. */
function readSubnets(state: State, parameters: Parameters): string[] | undefined {
  const unknownZone = list(parameters, 'AvailabilityZones').find(zone => zone !== ZONE);
  if (unknownZone) throw new Fault('ValidationError', `Invalid Availability Zone(s): [${unknownZone}]`);
  const ids = (optional(parameters, 'VPCZoneIdentifier') ?? '').split(',').map(id => id.trim());
  const given = ids.filter(id => id !== '');
  const unknown = given.find(id => !Object.hasOwn(state.subnets, id));
  if (unknown) throw new Fault('ValidationError', `The subnet ID '${unknown}' does not exist`);
  if (given.length > 0) return given;
  return list(parameters, 'AvailabilityZones').length > 0 ? [SUBNET_ID] : undefined;
}

function readTemplate(state: State, parameters: Parameters): Partial<Settled> {
  const reference = structure(parameters, 'LaunchTemplate');
  const policy = structure(parameters, 'MixedInstancesPolicy');
  if (reference && policy) {
    const message = 'Valid requests must contain either LaunchTemplate or MixedInstancesPolicy parameter.';
    throw new Fault('ValidationError', message);
  }
  if (reference) return { launchTemplate: readReference(state, reference) };
  return policy ? { mixedInstancesPolicy: readPolicy(state, policy) } : {};
}

function readPolicy(state: State, policy: Parameters): MixedInstancesPolicy {
  const template = structure(policy, 'LaunchTemplate') ?? {};
  const specification = structure(template, 'LaunchTemplateSpecification') ?? {};
  const LaunchTemplateSpecification = readReference(state, specification);
  const overrides = structures(template, 'Overrides').map(override => readOverride(state, override));
  const distribution = structure(policy, 'InstancesDistribution') ?? {};
  if ((integer(distribution, 'OnDemandPercentageAboveBaseCapacity', { most: 100 }) ?? 100) < 100) {
    throw new Fault('ValidationError', 'The local cloud has no Spot Instances: launch 100 percent On-Demand.');
  }
  const strategies = overrides.some(override => override.InstanceRequirements) ? 'lowest-price' : 'prioritized';
  const InstancesDistribution = {
    OnDemandAllocationStrategy: strategies,
    OnDemandBaseCapacity: '0',
    OnDemandPercentageAboveBaseCapacity: '100',
    SpotAllocationStrategy: 'lowest-price',
    ...distribution,
  };
  return { LaunchTemplate: { LaunchTemplateSpecification, Overrides: overrides }, InstancesDistribution };
}

function readOverride(state: State, override: Parameters): Override {
  const { LaunchTemplateSpecification: specification, WeightedCapacity, ...rest } = override;
  if (WeightedCapacity && WeightedCapacity !== '1') {
    throw new Fault('ValidationError', 'The local cloud counts every instance once: WeightedCapacity must be 1.');
  }
  if (rest.InstanceType && rest.InstanceRequirements) {
    const message = 'Only one of InstanceType and InstanceRequirements can be specified in an override.';
    throw new Fault('ValidationError', message);
  }
  return { ...rest, ...(specification && { LaunchTemplateSpecification: readReference(state, specification) }) };
}
