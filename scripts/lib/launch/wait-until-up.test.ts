import { DescribeInstanceStatusCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { InstanceGone, waitUntilUp } from './wait-until-up.ts';

/** A client that answers each look at the status with the next of these, and tells how often it was asked. */
function ec2With(looks: ([state: string, status: string] | Error)[]) {
  const asked: object[] = [];
  const client = {
    async send(command: object) {
      if (!(command instanceof DescribeInstanceStatusCommand)) {
        return { Reservations: [{ Instances: [{ StateReason: { Message: 'Server.InternalError: broken' } }] }] };
      }
      asked.push(command.input);
      const look = looks[Math.min(asked.length, looks.length) - 1]!;
      if (look instanceof Error) throw look;
      return { InstanceStatuses: [{ InstanceState: { Name: look[0] }, InstanceStatus: { Status: look[1] } }] };
    },
  };
  return { ec2: client as unknown as EC2Client, asked };
}

const waiting = { signal: new AbortController().signal, timeout: 60, pause: 0.001 };
const unknown = Object.assign(new Error('unknown'), { name: 'InvalidInstanceID.NotFound' });

test('waits until the checks pass, also through the moment in which EC2 does not know its instance', async () => {
  const { ec2, asked } = ec2With([
    unknown,
    ['pending', 'not-applicable'],
    ['running', 'initializing'],
    ['running', 'ok'],
  ]);
  await waitUntilUp(ec2, 'i-1', waiting);
  expect(asked).toHaveLength(4);
  expect(asked[0]).toEqual({ InstanceIds: ['i-1'], IncludeAllInstances: true });
});

test.each([
  ['stopped', Error],
  ['terminated', InstanceGone],
])('an instance that is %s ends it at once, with the reason', async (state, kind) => {
  const { ec2, asked } = ec2With([
    ['running', 'initializing'],
    [state, 'not-applicable'],
  ]);
  const error = await waitUntilUp(ec2, 'i-1', waiting).catch(thrown => thrown);
  expect(error).toEqual(new Error(`it is ${state} (Server.InternalError: broken)`));
  expect(error.constructor).toBe(kind);
  expect(asked).toHaveLength(2);
});

test('it ends in time, when it is told to, and when EC2 refuses', async () => {
  const { ec2 } = ec2With([['running', 'impaired']]);
  await expect(waitUntilUp(ec2, 'i-1', { ...waiting, timeout: 0.05 })).rejects.toThrow('did not pass within 0.05 s');
  const stop = AbortSignal.timeout(50);
  await expect(waitUntilUp(ec2, 'i-1', { ...waiting, pause: 5, signal: stop })).rejects.toThrow('aborted');
  await expect(waitUntilUp(ec2With([new Error('refused')]).ec2, 'i-1', waiting)).rejects.toThrow('refused');
});
