import { CloudFormationClient, SignalResourceCommand } from '@aws-sdk/client-cloudformation';
import { expect, test } from 'vitest';
import { type FakeCloud, fakeCloud } from '../fake-cloud.ts';
import { REGION } from '../state.ts';
import { createWorker, events, live, settled } from './worker-stack.ts';

const SIGNAL = { StackName: 'worker', LogicalResourceId: 'Group', UniqueId: 'i-1', Status: 'SUCCESS' as const };

/** CloudFormation as an instance calls it, with the credentials of its role. */
function instanceClient({ state, url }: FakeCloud, role: string): CloudFormationClient {
  const credentials = { accessKeyId: 'ASIAINSTANCE', secretAccessKey: 'secret', sessionToken: 'token' };
  const expiration = new Date(Date.now() + 3_600_000).toISOString();
  state.sessions.ASIAINSTANCE = { ...credentials, expiration, role, instanceId: 'i-1' };
  return new CloudFormationClient({ region: REGION, endpoint: url, credentials, maxAttempts: 1 });
}

test('an instance signals with the rights of its role, to its own stack', async () => {
  const cloud = await fakeCloud();
  const { StackId } = await createWorker(cloud);
  await expect.poll(() => live(cloud).length).toBe(1);
  const [role] = Object.keys(cloud.state.roles);
  const client = instanceClient(cloud, role!);
  await createWorker(cloud, { realm: 'none' }, { StackName: 'other' });
  const other = client.send(new SignalResourceCommand({ ...SIGNAL, StackName: 'other' }));
  await expect(other).rejects.toMatchObject({
    name: 'AccessDenied',
    message: expect.stringContaining(
      'is not authorized to perform: cloudformation:SignalResource on resource: arn:aws',
    ),
  });
  await client.send(new SignalResourceCommand({ ...SIGNAL, StackName: StackId }));
  expect(await settled(cloud)).toBe('CREATE_COMPLETE');
  expect(await events(cloud)).toContain('Group CREATE_IN_PROGRESS: Received SUCCESS signal with UniqueId i-1');
});

test('a failure ends the creation at once', async () => {
  const cloud = await fakeCloud();
  await createWorker(cloud, { patience: 'PT1H' });
  await expect.poll(() => live(cloud).length).toBe(1);
  await cloud.cloudFormation.send(new SignalResourceCommand({ ...SIGNAL, Status: 'FAILURE' }));
  expect(await settled(cloud)).toBe('ROLLBACK_COMPLETE');
});

test('a signal that nobody waits for, or that came before, is refused', async () => {
  const cloud = await fakeCloud();
  const { StackId } = await createWorker(cloud);
  await expect.poll(() => live(cloud).length).toBe(1);
  const send = (input: object) => cloud.cloudFormation.send(new SignalResourceCommand({ ...SIGNAL, ...input }));
  await expect(send({ LogicalResourceId: 'None' })).rejects.toMatchObject({
    message: 'Resource None does not exist for stack worker',
  });
  await expect(send({ LogicalResourceId: 'Role' })).rejects.toMatchObject({
    message: 'Resource Role is in CREATE_COMPLETE state and cannot be signaled',
  });
  await send({});
  await settled(cloud);
  await expect(send({})).rejects.toMatchObject({
    name: 'ValidationError',
    message: `Stack ${StackId} is in CREATE_COMPLETE state and cannot be signaled`,
  });
});
