import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { expect, test } from 'vitest';
import { awsError, fakeClient } from '../../../test/fake-client.ts';
import { type Follower, follow } from './follow.ts';
import { sampleStack } from './samples.ts';
import type { Update } from './update.ts';

const never = new AbortController().signal;
const stack = sampleStack();
const update = (): Update => ({ stack, to: 'ami-new', token: 'mine', startedAt: new Date(0) });

let number = 0;
/** An event; of the stack itself when it names no resource. */
function event(ResourceStatus: string, resource?: string, more: object = {}) {
  number += 1;
  return {
    EventId: String(number),
    PhysicalResourceId: resource ?? stack.id,
    LogicalResourceId: resource ?? stack.name,
    ResourceStatus,
    ClientRequestToken: 'mine',
    Timestamp: new Date(number * 1000),
    ...more,
  };
}

function notes() {
  const lines: string[] = [];
  const follower: Follower = {
    onEvent: (_, { LogicalResourceId, ResourceStatus }) => lines.push(`${LogicalResourceId} ${ResourceStatus}`),
    onWaiting: () => {},
    onBlind: why => lines.push(why),
  };
  return { lines, follower };
}

test('events are told as they come, oldest first, and none that was before the update', async () => {
  const others = { ClientRequestToken: 'of another' };
  const before = [event('UPDATE_IN_PROGRESS', undefined, others), event('UPDATE_COMPLETE', undefined, others)];
  const first = [event('UPDATE_IN_PROGRESS'), event('UPDATE_IN_PROGRESS', 'group')];
  const second = [
    event('UPDATE_COMPLETE', 'group'),
    event('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'),
    event('UPDATE_COMPLETE'),
  ];
  const newestFirst = (...parts: object[][]) => ({ StackEvents: parts.flat().reverse() });
  const cloudformation = fakeClient(CloudFormationClient, {
    DescribeStackEvents: [newestFirst(before), newestFirst(before, first), newestFirst(before, first, second)],
  });
  const { lines, follower } = notes();
  const pending = [update()];
  const [ending] = await follow(cloudformation, pending, follower, never, 1);
  expect(lines).toEqual([
    'prod-core UPDATE_IN_PROGRESS',
    'group UPDATE_IN_PROGRESS',
    'group UPDATE_COMPLETE',
    'prod-core UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    'prod-core UPDATE_COMPLETE',
  ]);
  expect(ending?.ok).toBe(true);
  expect(ending?.reason).toBeUndefined();
  expect(ending?.seconds).toBe(4);
  expect(pending).toEqual([]);
});

test('one that is rolled back has the first reason', async () => {
  const StackEvents = [
    event('UPDATE_IN_PROGRESS'),
    event('UPDATE_FAILED', 'group', { ResourceStatusReason: 'No signal came' }),
    event('UPDATE_FAILED', 'other', { ResourceStatusReason: 'Cancelled' }),
    event('UPDATE_ROLLBACK_IN_PROGRESS'),
    event('UPDATE_ROLLBACK_COMPLETE'),
  ].reverse();
  const [ending] = await follow(
    fakeClient(CloudFormationClient, { DescribeStackEvents: [{ StackEvents }] }),
    [update()],
    notes().follower,
    never,
    1,
  );
  expect(ending).toMatchObject({ ok: false, status: 'UPDATE_ROLLBACK_COMPLETE', reason: 'No signal came' });
});

test('events are read by the page until the update began', async () => {
  const [start, end] = [event('UPDATE_IN_PROGRESS'), event('UPDATE_COMPLETE')];
  const cloudformation = fakeClient(CloudFormationClient, {
    DescribeStackEvents: ({ NextToken }) =>
      NextToken ? { StackEvents: [start], NextToken: 'older' } : { StackEvents: [end], NextToken: 'more' },
  });
  await follow(cloudformation, [update()], notes().follower, never, 1);
  expect(cloudformation.calls).toHaveLength(2);
});

test('without permission for events the stack itself is asked', async () => {
  const cloudformation = fakeClient(CloudFormationClient, {
    DescribeStackEvents: [awsError('AccessDenied', 'not you')],
    DescribeStacks: [
      { Stacks: [{ StackStatus: 'CREATE_COMPLETE', LastUpdatedTime: new Date(stack.updatedAt) }] },
      { Stacks: [{ StackStatus: 'UPDATE_IN_PROGRESS', LastUpdatedTime: new Date() }] },
      {
        Stacks: [{ StackStatus: 'UPDATE_ROLLBACK_COMPLETE', StackStatusReason: 'broken', LastUpdatedTime: new Date() }],
      },
    ],
  });
  const { lines, follower } = notes();
  const [ending] = await follow(cloudformation, [update()], follower, never, 1);
  expect(lines).toEqual(['not you']);
  expect(ending).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE', reason: 'broken' });
});

test('interrupted, it leaves what is under way in its list', async () => {
  const controller = new AbortController();
  const pending = [update()];
  const cloudformation = fakeClient(CloudFormationClient, {
    DescribeStackEvents: () => {
      controller.abort(new Error('Ctrl-C'));
      return { StackEvents: [event('UPDATE_IN_PROGRESS')] };
    },
  });
  await expect(follow(cloudformation, pending, notes().follower, controller.signal, 1000)).rejects.toThrow('Ctrl-C');
  expect(pending).toHaveLength(1);
});
