import { INSTANCE_TYPES, type InstanceType } from '../ec2/instance-types.ts';
import type { Parameters } from '../service.ts';
import { wildcard } from '../wildcard.ts';

/**
 * The types that meet `InstanceRequirements`, cheapest first, in the words of EC2 (`AllowedInstanceType`) or of Auto
 * Scaling (`AllowedInstanceTypes`). As in AWS, burstable types are left out unless they are asked for. What no type here
 * has, such as accelerators, can be forbidden but not demanded.
 */
export function typesMeeting(requirements: Parameters, architecture: InstanceType['architecture']): InstanceType[] {
  const patterns = (name: string) => named(requirements, name).map(wildcard);
  const allowed = patterns('AllowedInstanceType');
  const excluded = patterns('ExcludedInstanceType');
  const manufacturers = named(requirements, 'CpuManufacturer');
  const generations = named(requirements, 'InstanceGeneration');
  const burstable = requirements.BurstablePerformance ?? 'excluded';
  const isMet = (type: InstanceType) =>
    type.architecture === architecture &&
    isWithin(type.vcpus, requirements.VCpuCount) &&
    isWithin(type.memory, requirements.MemoryMiB) &&
    isWithin(type.memory / 1024 / type.vcpus, requirements.MemoryGiBPerVCpu) &&
    (burstable === 'included' || (burstable === 'required') === type.burstable) &&
    (manufacturers.length === 0 || manufacturers.includes(manufacturerOf(type))) &&
    (generations.length === 0 || generations.includes('current')) &&
    requirements.BareMetal !== 'required' &&
    requirements.LocalStorage !== 'required' &&
    isWithin(0, requirements.AcceleratorCount) &&
    (allowed.length === 0 || allowed.some(pattern => pattern.test(type.name))) &&
    !excluded.some(pattern => pattern.test(type.name));
  return INSTANCE_TYPES.filter(isMet).toSorted((a, b) => a.hourlyPrice - b.hourlyPrice);
}

function named(requirements: Parameters, singular: string): string[] {
  return requirements[singular] || requirements[`${singular}s`] || [];
}

function isWithin(value: number, { Min, Max }: Parameters = {}): boolean {
  return value >= Number(Min ?? 0) && (Max === undefined || value <= Number(Max));
}

function manufacturerOf({ name, architecture }: InstanceType): string {
  if (architecture === 'arm64') return 'amazon-web-services';
  return name.startsWith('t3a.') ? 'amd' : 'intel';
}
