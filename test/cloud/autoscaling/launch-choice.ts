import { findInstanceType } from '../ec2/instance-types.ts';
import { Fault, type Parameters } from '../service.ts';
import { REGION, type State } from '../state.ts';
import type { AutoScalingGroup, Override, TemplateReference } from './group.ts';
import { typesMeeting } from './instance-requirements.ts';
import { mainReference, resolve } from './template-reference.ts';

/** What a group's next instance is to be. */
export interface LaunchChoice {
  reference: TemplateReference;
  /** RunInstances' parameters, without tags. */
  parameters: Parameters;
}

interface Candidate {
  reference: TemplateReference;
  data: Parameters;
  imageId: string;
  instanceType: string;
}

/**
 * The template, type and subnet of the next instance: the first override that fits the image, or the cheapest type
 * where prices decide; the subnet with the fewest instances. Throws ValidationError.
 */
export function chooseLaunch(state: State, group: AutoScalingGroup): LaunchChoice {
  const { LaunchTemplate, InstancesDistribution } = group.mixedInstancesPolicy ?? {};
  const overrides = LaunchTemplate?.Overrides?.length ? LaunchTemplate.Overrides : [{}];
  const candidates = overrides.flatMap(override => candidatesOf(state, mainReference(group), override));
  const byPrice = InstancesDistribution?.OnDemandAllocationStrategy === 'lowest-price';
  const [chosen] = byPrice ? candidates.toSorted((a, b) => priceOf(a) - priceOf(b)) : candidates;
  if (!chosen) {
    const message = 'No instance type satisfies the instance requirements and the architecture of the image.';
    throw new Fault('ValidationError', message);
  }
  const { reference, data, imageId, instanceType } = chosen;
  return {
    reference,
    parameters: {
      LaunchTemplate: { LaunchTemplateId: reference.LaunchTemplateId, Version: reference.Version },
      MinCount: '1',
      MaxCount: '1',
      ...(imageId && { ImageId: imageId }),
      ...(instanceType && { InstanceType: instanceType }),
      ...subnet(data, leastUsedSubnet(group)),
    },
  };
}

/** The call by which Auto Scaling asks EC2 for something. */
export function serviceCall(action: string, parameters: Parameters) {
  const caller = { kind: 'service' as const, service: 'autoscaling' };
  return { service: 'ec2', action, parameters, region: REGION, caller };
}

function candidatesOf(state: State, main: TemplateReference, override: Override): Candidate[] {
  const { template, version } = resolve(state, override.LaunchTemplateSpecification ?? main);
  const reference: TemplateReference = {
    LaunchTemplateId: template.launchTemplateId,
    LaunchTemplateName: template.launchTemplateName,
    Version: String(version.version),
  };
  const { data } = version;
  const imageId: string = override.ImageId ?? data.ImageId ?? '';
  const candidate = (instanceType: string) => ({ reference, data, imageId, instanceType });
  const architecture = state.images[imageId]?.architecture;
  const requirements = override.InstanceRequirements ?? (override.InstanceType ? undefined : data.InstanceRequirements);
  if (requirements) return typesMeeting(requirements, architecture ?? 'x86_64').map(({ name }) => candidate(name));
  const instanceType: string = override.InstanceType ?? data.InstanceType ?? '';
  const type = findInstanceType(instanceType);
  // A type that doesn't fit is for others to take; one that nobody knows is for EC2 to refuse.
  const isForOthers = override.InstanceType && type && architecture && type.architecture !== architecture;
  return isForOthers ? [] : [candidate(instanceType)];
}

function priceOf({ instanceType }: Candidate): number {
  return findInstanceType(instanceType)?.hourlyPrice ?? Number.POSITIVE_INFINITY;
}

/** A template's network interface gets the group's subnet, whatever subnet it names. */
function subnet({ NetworkInterface }: Parameters, SubnetId: string): Parameters {
  if (!NetworkInterface) return { SubnetId };
  const [first, ...others] = NetworkInterface;
  return { NetworkInterface: [{ ...first, SubnetId }, ...others] };
}

function leastUsedSubnet({ subnetIds, instances }: AutoScalingGroup): string {
  const used = (id: string) => Object.values(instances).filter(({ subnetId }) => subnetId === id).length;
  return subnetIds.toSorted((a, b) => used(a) - used(b))[0]!;
}
