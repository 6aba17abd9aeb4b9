import { Fault, type Service } from '../service.ts';
import { REGION, ZONE } from '../state.ts';
import { type FilterTable, filtered } from './filters.ts';
import { paged } from './paging.ts';
import { choice, list } from './parameters.ts';

export interface InstanceType {
  name: string;
  architecture: 'x86_64' | 'arm64';
  vcpus: number;
  /** MiB. */
  memory: number;
  burstable: boolean;
  /** Older types run on Xen; only those on Nitro give their console's latest output. */
  hypervisor: 'nitro' | 'xen';
  /** On demand, in USD: what AWS asks in us-east-1. */
  hourlyPrice: number;
}

/** Size: virtual processors and GiB of memory. */
type Sizes = Record<string, [number, number]>;

const BURSTABLE: Sizes = {
  nano: [2, 0.5],
  micro: [2, 1],
  small: [2, 2],
  medium: [2, 4],
  large: [2, 8],
  xlarge: [4, 16],
  '2xlarge': [8, 32],
};
/** Of the older burstable types, the small ones have one processor. */
const T2: Sizes = { ...BURSTABLE, nano: [1, 0.5], micro: [1, 1], small: [1, 2] };
const GENERAL: Sizes = { large: [2, 8], xlarge: [4, 16], '2xlarge': [8, 32], '4xlarge': [16, 64] };
const GRAVITON: Sizes = { medium: [1, 4], ...GENERAL };

/** The types that the local cloud knows, with AWS's own figures; its machines share this machine's processors. */
export const INSTANCE_TYPES = [
  ...family('t2', 'x86_64', T2, 0.0928, true).map(type => ({ ...type, hypervisor: 'xen' as const })),
  ...family('t3', 'x86_64', BURSTABLE, 0.0832, true),
  ...family('t3a', 'x86_64', BURSTABLE, 0.0752, true),
  ...family('t4g', 'arm64', BURSTABLE, 0.0672, true),
  ...family('m5', 'x86_64', GENERAL, 0.096),
  ...family('m6i', 'x86_64', GENERAL, 0.096),
  ...family('m7i', 'x86_64', GENERAL, 0.1008),
  ...family('m6g', 'arm64', GRAVITON, 0.077),
  ...family('m7g', 'arm64', GRAVITON, 0.0816),
];

/** The types of a family; within one, the price follows the memory: it is given for 8 GiB. */
function family(
  name: string,
  architecture: 'x86_64' | 'arm64',
  sizes: Sizes,
  priceOf8GiB: number,
  burstable = false,
): InstanceType[] {
  return Object.entries(sizes).map(([size, [vcpus, gibibytes]]) => ({
    name: `${name}.${size}`,
    architecture,
    vcpus,
    memory: gibibytes * 1024,
    burstable,
    hypervisor: 'nitro',
    hourlyPrice: (priceOf8GiB * gibibytes) / 8,
  }));
}

/** The type of this name, if the local cloud knows it. */
export function findInstanceType(name: string): InstanceType | undefined {
  return INSTANCE_TYPES.find(type => type.name === name);
}

/** DescribeInstanceTypes and DescribeInstanceTypeOfferings. */
export function instanceTypeActions(): Service {
  return {
    DescribeInstanceTypes: parameters => {
      const names = list(parameters, 'InstanceType');
      const unknown = names.filter(name => !findInstanceType(name));
      if (unknown.length > 0) {
        const message = `The following supplied instance types do not exist: [${unknown.join(', ')}]`;
        throw new Fault('InvalidInstanceType', message);
      }
      const listed = INSTANCE_TYPES.filter(({ name }) => names.length === 0 || names.includes(name));
      const matching = filtered(listed.map(untagged), parameters, FILTERS);
      const { items, nextToken } = paged(matching, parameters, ({ name }) => name, {
        least: 5,
        most: 100,
        unasked: 100,
      });
      return { instanceTypeSet: items.map(typeItem), nextToken };
    },
    DescribeInstanceTypeOfferings: parameters => {
      const locationType =
        choice(parameters, 'LocationType', ['region', 'availability-zone', 'availability-zone-id']) ?? 'region';
      const location = { region: REGION, 'availability-zone': ZONE, 'availability-zone-id': 'use1-az1' }[locationType];
      const matching = filtered(INSTANCE_TYPES.map(untagged), parameters, {
        'instance-type': ({ name }) => name,
        location: () => location,
      });
      const { items, nextToken } = paged(matching, parameters, ({ name }) => name);
      return {
        instanceTypeOfferingSet: items.map(({ name }) => ({ instanceType: name, locationType, location })),
        nextToken,
      };
    },
  };
}

type Listed = InstanceType & { tags: Record<string, never> };

/** Types can't be tagged; filters look at tags all the same. */
function untagged(type: InstanceType): Listed {
  return { ...type, tags: {} };
}

const FILTERS: FilterTable<Listed> = {
  'burstable-performance-supported': type => type.burstable,
  'current-generation': () => true,
  hypervisor: type => type.hypervisor,
  'instance-type': type => type.name,
  'memory-info.size-in-mib': type => type.memory,
  'processor-info.supported-architecture': type => type.architecture,
  'vcpu-info.default-vcpus': type => type.vcpus,
};

function typeItem({ name, architecture, vcpus, memory, burstable, hypervisor }: InstanceType): object {
  return {
    instanceType: name,
    currentGeneration: true,
    freeTierEligible: name === 't3.micro',
    supportedUsageClasses: ['on-demand'],
    supportedRootDeviceTypes: ['ebs'],
    supportedVirtualizationTypes: ['hvm'],
    bareMetal: false,
    hypervisor,
    processorInfo: { supportedArchitectures: [architecture] },
    vCpuInfo: { defaultVCpus: vcpus },
    memoryInfo: { sizeInMiB: memory },
    instanceStorageSupported: false,
    burstablePerformanceSupported: burstable,
  };
}
