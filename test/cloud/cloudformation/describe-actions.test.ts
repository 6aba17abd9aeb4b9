import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourceCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  ListStackResourcesCommand,
  ListStacksCommand,
  paginateDescribeStacks,
  paginateListStacks,
} from '@aws-sdk/client-cloudformation';
import { expect, test } from 'vitest';
import { type FakeCloud, fakeCloud } from '../fake-cloud.ts';
import { NOTHING } from './sample-templates.ts';
import { describe, settled } from './worker-stack.ts';

const create = async (cloud: FakeCloud, StackName: string) =>
  (await cloud.cloudFormation.send(new CreateStackCommand({ StackName, TemplateBody: NOTHING }))).StackId!;

test('stacks come a hundred at a time, the newest first, and all of them once', async () => {
  const cloud = await fakeCloud();
  for (let n = 0; n < 105; n++) await create(cloud, `stack${n}`);
  await cloud.stacks.idle();
  const pages: string[][] = [];
  for await (const { Stacks } of paginateDescribeStacks({ client: cloud.cloudFormation }, {})) {
    pages.push(Stacks!.map(({ StackName }) => StackName!));
  }
  expect(pages.map(({ length }) => length)).toEqual([100, 5]);
  expect(pages.flat()).toEqual(Array.from({ length: 105 }, (_, n) => `stack${104 - n}`));
  const summaries: string[] = [];
  const StackStatusFilter = ['CREATE_COMPLETE' as const];
  for await (const page of paginateListStacks({ client: cloud.cloudFormation }, { StackStatusFilter })) {
    summaries.push(...page.StackSummaries!.map(({ StackName }) => StackName!));
  }
  expect(summaries).toHaveLength(105);
  const wrong = cloud.cloudFormation.send(new DescribeStacksCommand({ NextToken: 'x' }));
  await expect(wrong).rejects.toMatchObject({ name: 'ValidationError' });
});

test('a deleted stack is known by its id alone, and its name is free', async () => {
  const cloud = await fakeCloud();
  const id = await create(cloud, 'gone');
  await settled(cloud, id);
  await cloud.cloudFormation.send(new DeleteStackCommand({ StackName: 'gone' }));
  expect(await settled(cloud, id)).toBe('DELETE_COMPLETE');
  await expect(describe(cloud, 'gone')).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Stack with id gone does not exist',
    $metadata: { httpStatusCode: 400 },
  });
  const { Stacks } = await cloud.cloudFormation.send(new DescribeStacksCommand({}));
  expect(Stacks).toEqual([]);
  const { StackSummaries } = await cloud.cloudFormation.send(new ListStacksCommand({}));
  expect(StackSummaries).toMatchObject([{ StackName: 'gone', DeletionTime: expect.any(Date) }]);
  expect(await create(cloud, 'gone')).not.toBe(id);
});

test('events come newest first by pages, resources by either action', async () => {
  const cloud = await fakeCloud();
  const StackName = await create(cloud, 'stack');
  await settled(cloud, StackName);
  const [stack] = Object.values(cloud.state.stacks);
  for (let n = 0; n < 100; n++) stack!.events.push({ ...stack!.events[0]!, eventId: `e${n}`, status: `N${n}` });
  const first = await cloud.cloudFormation.send(new DescribeStackEventsCommand({ StackName }));
  expect(first.StackEvents!.slice(0, 2).map(({ ResourceStatus }) => ResourceStatus)).toEqual(['N99', 'N98']);
  const { NextToken } = first;
  const second = await cloud.cloudFormation.send(new DescribeStackEventsCommand({ StackName, NextToken }));
  expect(second.StackEvents!.at(-1)).toMatchObject({
    ResourceStatus: 'CREATE_IN_PROGRESS',
    ResourceStatusReason: 'User Initiated',
    ResourceType: 'AWS::CloudFormation::Stack',
    PhysicalResourceId: StackName,
  });
  expect(second.NextToken).toBeUndefined();
  const handle = { LogicalResourceId: 'Handle', ResourceStatus: 'CREATE_COMPLETE' };
  const { StackResources } = await cloud.cloudFormation.send(new DescribeStackResourcesCommand({ StackName }));
  expect(StackResources).toMatchObject([handle]);
  const listed = await cloud.cloudFormation.send(new ListStackResourcesCommand({ StackName }));
  expect(listed.StackResourceSummaries).toMatchObject([handle]);
  const { PhysicalResourceId } = StackResources![0]!;
  const owned = await cloud.cloudFormation.send(new DescribeStackResourcesCommand({ PhysicalResourceId }));
  expect(owned.StackResources).toMatchObject([handle]);
  const one = new DescribeStackResourceCommand({ StackName, LogicalResourceId: 'Handle' });
  expect((await cloud.cloudFormation.send(one)).StackResourceDetail).toMatchObject(handle);
});

test.each([
  [new DescribeStackEventsCommand({ StackName: 'none' }), 'Stack [none] does not exist'],
  [new ListStackResourcesCommand({ StackName: 'none' }), 'Stack with id none does not exist'],
  [new DescribeStackResourcesCommand({ PhysicalResourceId: 'i-1' }), 'Stack for i-1 does not exist'],
  [new DescribeStackResourcesCommand({}), 'Either StackName or PhysicalResourceId must be specified'],
])('%o is refused', async (command, message) => {
  const { cloudFormation } = await fakeCloud();
  const send = cloudFormation.send.bind(cloudFormation) as (command: object) => Promise<unknown>;
  await expect(send(command)).rejects.toMatchObject({ name: 'ValidationError', message });
});
