import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeInstanceStatusCommand, DescribeInstancesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { ifExists } from '../aws/errors.ts';

/** The instance was terminated before it was up: there is nothing to remove. */
export class InstanceGone extends Error {}

/** What an instance that comes up goes through; from any other state, none comes up by itself. */
const ON_THE_WAY = ['pending', 'running'];

export interface Waiting {
  signal: AbortSignal;
  /** In seconds: how long it may take, and between two looks (the first ones follow each other faster). */
  timeout: number;
  pause: number;
}

/**
 * Waits until EC2's status checks pass. The SDK's own waiter goes on until its time is over when the instance has gone
 * down; this one throws at once, with EC2's reason.
 */
export async function waitUntilUp(ec2: EC2Client, instanceId: string, waiting: Waiting): Promise<void> {
  const { signal, timeout, pause } = waiting;
  const deadline = Date.now() + timeout * 1000;
  for (let look = 1; ; look++) {
    const status = await statusOf(ec2, instanceId);
    const state = status?.InstanceState?.Name;
    if (state && !ON_THE_WAY.includes(state)) throw await wentDown(ec2, instanceId, state);
    if (status?.InstanceStatus?.Status === 'ok') return;
    if (Date.now() > deadline) throw new Error(`EC2's status checks did not pass within ${timeout} s`);
    await sleep(Math.min(look, pause) * 1000, undefined, { signal });
  }
}

/** Nothing as long as EC2 does not know its new instance everywhere. */
async function statusOf(ec2: EC2Client, instanceId: string) {
  const ask = new DescribeInstanceStatusCommand({ InstanceIds: [instanceId], IncludeAllInstances: true });
  return (await ifExists(['InvalidInstanceID.NotFound'], ec2.send(ask)))?.InstanceStatuses?.[0];
}

async function wentDown(ec2: EC2Client, instanceId: string, state: string): Promise<Error> {
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
  const why = Reservations?.[0]?.Instances?.[0]?.StateReason?.Message;
  const message = `it is ${state}${why ? ` (${why})` : ''}`;
  return ['shutting-down', 'terminated'].includes(state) ? new InstanceGone(message) : new Error(message);
}
