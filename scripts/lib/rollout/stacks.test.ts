import { CloudFormationClient, type Stack } from '@aws-sdk/client-cloudformation';
import { expect, test } from 'vitest';
import { fakeClient } from '../../../test/fake-client.ts';
import { sampleStack } from './samples.ts';
import { whyNotUpdatable, workerOf, workerStacks } from './stacks.ts';

const stack = (StackName: string, parameters: Record<string, string>, rest: Partial<Stack> = {}): Stack => ({
  StackName,
  CreationTime: new Date('2026-11-01T12:00:00Z'),
  StackStatus: 'CREATE_COMPLETE',
  Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
  ...rest,
});
const WORKER = { realm: 'prod', worker: 'core', amiId: 'ami-1', workerInstanceType: 't3.micro' };

test('a worker stack has realm, worker, image and instance type; older ones call the image sakAmiId', () => {
  expect(workerOf(stack('a', WORKER))).toMatchObject({
    imageParameter: 'amiId',
    imageId: 'ami-1',
    instanceTypes: ['t3.micro'],
  });
  const older = { realm: 'prod', worker: 'core', sakAmiId: 'ami-2', sakInstanceType: 'm5.large' };
  expect(workerOf(stack('a', older))).toMatchObject({
    imageParameter: 'sakAmiId',
    imageId: 'ami-2',
    instanceTypes: ['m5.large'],
  });
});

test('the first parameter for instance types that has a value counts', () => {
  const types = (more: object) => workerOf(stack('a', { ...WORKER, workerInstanceType: '', ...more }));
  expect(types({ instanceType: 'm5.large', workerAllowedInstances: 'm7g.*' })).toMatchObject({
    instanceTypes: ['m5.large'],
  });
  expect(types({ workerAllowedInstances: 'm7g.*, c7g.*' })).toMatchObject({ instanceTypes: ['m7g.*', 'c7g.*'] });
  expect(types({})).toMatchObject({ instanceTypes: [] });
});

test('without a parameter for image or instance type it is a parasite, without realm or worker nothing of ours', () => {
  const { amiId, ...withoutImage } = WORKER;
  const { workerInstanceType, ...withoutType } = WORKER;
  const { realm, ...other } = WORKER;
  expect(workerOf(stack('a', withoutImage))).toBe('parasite');
  expect(workerOf(stack('a', withoutType))).toBe('parasite');
  expect(workerOf(stack('a', other))).toBeUndefined();
  expect(workerOf(stack('a', WORKER, { StackStatus: 'DELETE_COMPLETE' }))).toBeUndefined();
});

test('stacks are read page by page, and come by name', async () => {
  const cloudformation = fakeClient(CloudFormationClient, {
    DescribeStacks: [
      { Stacks: [stack('b', WORKER), stack('p', { realm: '', worker: '' })], NextToken: 'more' },
      { Stacks: [stack('a', WORKER), stack('network', {})] },
    ],
  });
  const { workers, parasites } = await workerStacks(cloudformation);
  expect(workers.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(parasites).toEqual(['p']);
  expect(cloudformation.calls.map(({ input }) => input.NextToken)).toEqual([undefined, 'more']);
});

test('what CloudFormation would refuse, or should not be done, has a reason', () => {
  const why = (changed: object) => whyNotUpdatable(sampleStack(changed));
  for (const status of ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'IMPORT_COMPLETE']) {
    expect(why({ status })).toBeUndefined();
  }
  expect(why({ status: 'UPDATE_IN_PROGRESS' })).toBe('it is busy: UPDATE_IN_PROGRESS');
  expect(why({ status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' })).toMatch(/busy/);
  expect(why({ status: 'REVIEW_IN_PROGRESS' })).toMatch(/not created yet/);
  expect(why({ status: 'ROLLBACK_COMPLETE' })).toMatch(/no state for an update: ROLLBACK_COMPLETE/);
  expect(why({ status: 'UPDATE_ROLLBACK_FAILED', statusReason: 'No IAM role' })).toMatch(
    /UPDATE_ROLLBACK_FAILED \(No IAM role\)/,
  );
  expect(why({ status: 'DELETE_FAILED' })).toMatch(/DELETE_FAILED/);
  expect(why({ parent: 'arn:of:parent' })).toMatch(/part of another stack.*arn:of:parent/);
  expect(why({ imageFrom: '/lava/ami' })).toMatch(/SSM parameter \/lava\/ami/);
});
