import { EC2Client } from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { awsError, fakeClient } from '../../../test/fake-client.ts';
import { InstanceGone, waitUntilUp } from './wait-until-up.ts';

/** A client that answers each look at the status with the next of these. */
function ec2With(looks: ([state: string, status: string] | Error)[]) {
  return fakeClient(EC2Client, {
    DescribeInstanceStatus: looks.map(look =>
      look instanceof Error
        ? look
        : { InstanceStatuses: [{ InstanceState: { Name: look[0] }, InstanceStatus: { Status: look[1] } }] },
    ),
    DescribeInstances: {
      Reservations: [{ Instances: [{ StateReason: { Message: 'Server.InternalError: broken' } }] }],
    },
  });
}

const looksAt = (ec2: ReturnType<typeof ec2With>) =>
  ec2.calls.filter(({ action }) => action === 'DescribeInstanceStatus').map(({ input }) => input);
const waiting = { signal: new AbortController().signal, timeout: 60, pause: 0.001 };

test('waits until the checks pass, also through the moment in which EC2 does not know its instance', async () => {
  const ec2 = ec2With([
    awsError('InvalidInstanceID.NotFound'),
    ['pending', 'not-applicable'],
    ['running', 'initializing'],
    ['running', 'ok'],
  ]);
  await waitUntilUp(ec2, 'i-1', waiting);
  expect(looksAt(ec2)).toHaveLength(4);
  expect(looksAt(ec2)[0]).toEqual({ InstanceIds: ['i-1'], IncludeAllInstances: true });
});

test.each([
  ['stopped', Error],
  ['terminated', InstanceGone],
])('an instance that is %s ends it at once, with the reason', async (state, kind) => {
  const ec2 = ec2With([
    ['running', 'initializing'],
    [state, 'not-applicable'],
  ]);
  const error = await waitUntilUp(ec2, 'i-1', waiting).catch(thrown => thrown);
  expect(error).toEqual(new Error(`it is ${state} (Server.InternalError: broken)`));
  expect(error.constructor).toBe(kind);
  expect(looksAt(ec2)).toHaveLength(2);
});

test('it ends in time, when it is told to, and when EC2 refuses', async () => {
  const ec2 = ec2With([['running', 'impaired']]);
  await expect(waitUntilUp(ec2, 'i-1', { ...waiting, timeout: 0.05 })).rejects.toThrow('did not pass within 0.05 s');
  const stop = AbortSignal.timeout(50);
  await expect(waitUntilUp(ec2, 'i-1', { ...waiting, pause: 5, signal: stop })).rejects.toThrow('aborted');
  await expect(waitUntilUp(ec2With([new Error('refused')]), 'i-1', waiting)).rejects.toThrow('refused');
});
