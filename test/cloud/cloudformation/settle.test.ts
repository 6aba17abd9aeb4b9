import { expect, onTestFinished, test } from 'vitest';
import { fakeCloud } from '../fake-cloud.ts';
import { createCloudFormation } from './cloudformation.ts';
import { addImage, answering, createWorker, live, settled, updateWorker } from './worker-stack.ts';

test.each([
  ['CREATE_IN_PROGRESS', 'CREATE_FAILED'],
  ['UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_FAILED'],
  ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_COMPLETE'],
  ['DELETE_IN_PROGRESS', 'DELETE_FAILED'],
  ['REVIEW_IN_PROGRESS', 'REVIEW_IN_PROGRESS'],
  ['CREATE_COMPLETE', 'CREATE_COMPLETE'],
])('a stack that was left %s is %s', async (left, status) => {
  const cloud = await fakeCloud();
  const { StackId } = await createWorker(cloud, { realm: 'none' });
  await settled(cloud);
  const stack = cloud.state.stacks[StackId!]!;
  stack.status = left;
  cloud.stacks.settle();
  expect(stack.status).toBe(status);
  expect(stack.statusReason).toBe(status.endsWith('_FAILED') ? 'The local cloud was ended meanwhile' : undefined);
});

test('a cloud that is ended in the middle of an update leaves a stack that can be taken back', async () => {
  const cloud = await fakeCloud();
  const image = addImage(cloud, 'ami-0e000000000000001');
  const { StackId } = await createWorker(cloud);
  onTestFinished(answering(cloud, id => (cloud.state.instances[id]!.imageId === image ? undefined : 'SUCCESS')));
  await settled(cloud);
  const [old] = live(cloud);
  await updateWorker(cloud, { amiId: image });
  await expect.poll(() => live(cloud).length).toBe(2);
  await cloud.stacks.stop();
  const stack = cloud.state.stacks[StackId!]!;
  expect(stack.status).toBe('UPDATE_ROLLBACK_FAILED');
  expect(stack.resources.Group).toMatchObject({
    status: 'UPDATE_FAILED',
    statusReason: 'The local cloud was ended meanwhile',
  });
  // The next cloud reads this state.
  const next = createCloudFormation({
    state: cloud.state,
    services: { autoscaling: cloud.groups.actions, ec2: cloud.behind.actions },
    faults: { apply: async () => {} },
    changed() {},
    log() {},
    pollEvery: 5,
  });
  onTestFinished(() => next.stop());
  next.settle();
  const parameters = { StackName: 'worker' };
  const caller = { kind: 'operator' as const };
  const call = { service: 'cloudformation', action: 'ContinueUpdateRollback', parameters, region: 'us-east-1', caller };
  await next.actions.ContinueUpdateRollback!(parameters, call);
  await next.idle();
  expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(live(cloud)).toEqual([old]);
});

test('texts of templates that no stack has are forgotten', async () => {
  const cloud = await fakeCloud();
  await createWorker(cloud, { realm: 'none' });
  await settled(cloud);
  cloud.state.templates.old = 'x';
  cloud.stacks.settle();
  expect(Object.keys(cloud.state.templates)).toHaveLength(1);
});
