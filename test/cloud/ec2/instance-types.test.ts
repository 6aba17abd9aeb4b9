import { DescribeInstanceTypeOfferingsCommand, DescribeInstanceTypesCommand } from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { fakeCloud } from '../fake-cloud.ts';

test.each([
  ['t3.micro', 'x86_64', 2, 1024],
  ['t4g.nano', 'arm64', 2, 512],
  ['m6i.large', 'x86_64', 2, 8192],
  ['m7g.medium', 'arm64', 1, 4096],
] as const)('%s is for %s, with %i processors and %i MiB', async (type, architecture, vcpus, memory) => {
  const { ec2 } = await fakeCloud();
  const { InstanceTypes } = await ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes: [type] }));
  expect(InstanceTypes).toMatchObject([
    {
      InstanceType: type,
      ProcessorInfo: { SupportedArchitectures: [architecture] },
      VCpuInfo: { DefaultVCpus: vcpus },
      MemoryInfo: { SizeInMiB: memory },
    },
  ]);
});

test('a type that there is not is refused by name', async () => {
  const { ec2 } = await fakeCloud();
  const InstanceTypes = ['t3.micro', 'z9.tiny'] as never[];
  await expect(ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes }))).rejects.toMatchObject({
    name: 'InvalidInstanceType',
    message: 'The following supplied instance types do not exist: [z9.tiny]',
  });
});

test('types are offered in the zone there is, and in no other', async () => {
  const { ec2 } = await fakeCloud();
  const offered = async (location: string, type: string) => {
    const { InstanceTypeOfferings } = await ec2.send(
      new DescribeInstanceTypeOfferingsCommand({
        LocationType: 'availability-zone',
        Filters: [
          { Name: 'location', Values: [location] },
          { Name: 'instance-type', Values: [type] },
        ],
      }),
    );
    return InstanceTypeOfferings;
  };
  expect(await offered('us-east-1a', 'm7g.large')).toMatchObject([{ Location: 'us-east-1a' }]);
  expect(await offered('us-east-1b', 'm7g.large')).toEqual([]);
  expect(await offered('us-east-1a', 't3.*')).toHaveLength(7);
});

test('a page has 100 types at most; an older type runs on Xen', async () => {
  const { ec2 } = await fakeCloud();
  const ask = (MaxResults: number) => ec2.send(new DescribeInstanceTypesCommand({ MaxResults }));
  await ask(100);
  await expect(ask(101)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  const Filters = [{ Name: 'hypervisor', Values: ['xen'] }];
  const { InstanceTypes = [] } = await ec2.send(new DescribeInstanceTypesCommand({ Filters }));
  expect(InstanceTypes.map(({ InstanceType }) => InstanceType)).toContain('t2.micro');
  expect(InstanceTypes.every(({ Hypervisor }) => Hypervisor === 'xen')).toBe(true);
});
