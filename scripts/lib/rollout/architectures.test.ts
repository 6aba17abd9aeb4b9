import { EC2Client } from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { fakeClient } from '../../../test/fake-client.ts';
import { architecturesOf, instanceTypes } from './architectures.ts';

const TYPES = new Map([
  ['t3.micro', ['x86_64']],
  ['t4g.micro', ['arm64']],
  ['t2.micro', ['i386', 'x86_64']],
]);

test('a stack runs on what any of its types, or globs of such, run on', () => {
  expect(architecturesOf(['t3.micro'], TYPES)).toEqual(['x86_64']);
  expect(architecturesOf(['t4g.*'], TYPES)).toEqual(['arm64']);
  expect(architecturesOf(['t3*', 't4*'], TYPES)).toEqual(['arm64', 'x86_64']);
  expect(architecturesOf(['t2.micro'], TYPES)).toEqual(['i386', 'x86_64']);
  expect(architecturesOf(['x9.large'], TYPES)).toEqual([]);
  expect(architecturesOf([], TYPES)).toEqual([]);
});

test('each type is asked for once, in one call for all of them and its pages', async () => {
  const type = (InstanceType: string, arch: string) => ({
    InstanceType,
    ProcessorInfo: { SupportedArchitectures: [arch] },
  });
  const ec2 = fakeClient(EC2Client, {
    DescribeInstanceTypes: [
      { InstanceTypes: [type('t3.micro', 'x86_64')], NextToken: 'more' },
      { InstanceTypes: [type('m7g.large', 'arm64')] },
    ],
  });
  const found = await instanceTypes(ec2, ['t3.micro', 'm7g.*', 't3.micro']);
  expect([...found]).toEqual([
    ['t3.micro', ['x86_64']],
    ['m7g.large', ['arm64']],
  ]);
  expect(ec2.calls).toHaveLength(2);
  expect(ec2.calls[0]?.input.Filters).toEqual([{ Name: 'instance-type', Values: ['m7g.*', 't3.micro'] }]);
  expect(await instanceTypes(ec2, [])).toEqual(new Map());
});
