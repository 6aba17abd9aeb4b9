import { expect, test } from 'vitest';
import type { Parameters } from '../service.ts';
import { typesMeeting } from './instance-requirements.ts';

const LEAST = { VCpuCount: { Min: '0' }, MemoryMiB: { Min: '0' } };
const names = (requirements: Parameters, architecture: 'x86_64' | 'arm64' = 'x86_64') =>
  typesMeeting({ ...LEAST, ...requirements }, architecture).map(({ name }) => name);

test('the cheapest type that meets the requirements comes first, and burstable ones not at all', () => {
  expect(names({})[0]).toBe('m5.large');
  expect(names({}, 'arm64')[0]).toBe('m6g.medium');
  expect(names({}).some(name => name.startsWith('t'))).toBe(false);
});

test.each<[Parameters, string[]]>([
  [
    { BurstablePerformance: 'required', MemoryMiB: { Max: '1024' } },
    ['t3a.nano', 't3.nano', 't2.nano', 't3a.micro', 't3.micro', 't2.micro'],
  ],
  [{ AllowedInstanceTypes: ['m6*.large', 'm7*.large'] }, ['m6i.large', 'm7i.large']],
  [{ AllowedInstanceType: ['m6*.large'] }, ['m6i.large']],
  [{ AllowedInstanceTypes: ['t3.*'] }, []],
  [{ AllowedInstanceTypes: ['t3.m*'], BurstablePerformance: 'included' }, ['t3.micro', 't3.medium']],
  [{ ExcludedInstanceTypes: ['m5.*', '*.*xlarge'] }, ['m6i.large', 'm7i.large']],
  [{ VCpuCount: { Min: '8', Max: '8' }, AllowedInstanceTypes: ['m7i.*'] }, ['m7i.2xlarge']],
  [{ CpuManufacturers: ['amd'], BurstablePerformance: 'included', MemoryMiB: { Max: '512' } }, ['t3a.nano']],
  [{ MemoryGiBPerVCpu: { Min: '8' } }, []],
  [{ InstanceGenerations: ['previous'] }, []],
  [{ InstanceGenerations: ['current'], AllowedInstanceTypes: ['m5.large'] }, ['m5.large']],
  [{ BareMetal: 'required' }, []],
  [{ LocalStorage: 'required' }, []],
  [{ AcceleratorCount: { Min: '1' } }, []],
  [{ AcceleratorCount: { Max: '0' }, AllowedInstanceTypes: ['m5.large'] }, ['m5.large']],
])('%j', (requirements, expected) => {
  expect(names(requirements)).toEqual(expected);
});

test('the architecture is that of the image', () => {
  expect(names({ CpuManufacturers: ['amazon-web-services'] }, 'x86_64')).toEqual([]);
  expect(names({ AllowedInstanceTypes: ['m?g.large'] }, 'arm64')).toEqual(['m6g.large', 'm7g.large']);
});
