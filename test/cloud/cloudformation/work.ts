import { setTimeout as sleep } from 'node:timers/promises';
import { type Caller, Fault } from '../service.ts';
import type { CloudFormationContext } from './context.ts';
import { resourceBecomes } from './events.ts';
import { ResourceFailure, type Work } from './resources/resource-type.ts';
import type { Stack, StackResource } from './stack.ts';

/** How long a resource may take to become what it is to be, in milliseconds; AWS waits hours. */
const PATIENCE = 20 * 60_000;

/** One change of a stack while it goes on: for whom, and when it has to end. */
export interface Operation {
  caller: Caller;
  /** Aborted when the change is cancelled, or the cloud stops. */
  stop: AbortSignal;
}

/** What a resource's type may do while it works on the resource. */
export function workOn(
  context: CloudFormationContext,
  { caller, stop }: Operation,
  stack: Stack,
  resource: StackResource,
): Work {
  const { stackId, stackName } = stack;
  const { logicalId } = resource;
  const pause = async (milliseconds: number) => {
    await sleep(milliseconds, undefined, { signal: stop }).catch(() => {});
    stop.throwIfAborted();
  };
  return {
    stackName,
    logicalId,
    async call(service, action, parameters) {
      stop.throwIfAborted();
      try {
        return await context.call(caller, service, action, parameters);
      } catch (error) {
        throw error instanceof Fault ? handlerFailure(service, error) : error;
      }
    },
    note: reason => resourceBecomes(context, stack, resource, resource.status, reason),
    initiated: physicalId => {
      resource.physicalId = physicalId;
      resourceBecomes(context, stack, resource, resource.status, 'Resource creation Initiated');
    },
    signals: wanted => context.signals.wait(stackId, logicalId, { ...wanted, stop }),
    async until(what, look) {
      const end = Date.now() + PATIENCE;
      for (;;) {
        const found = await look();
        if (found !== undefined) return found;
        if (Date.now() > end) throw new ResourceFailure(`Exceeded attempts to wait for ${what}`);
        await pause(context.pollEvery);
      }
    },
    pause,
  };
}

/** A refusal of another service as CloudFormation's events tell it. */
function handlerFailure(service: string, { message, status, code }: Fault): ResourceFailure {
  const name = SERVICE_NAMES[service] ?? service;
  return new ResourceFailure(
    `Resource handler returned message: "${message} (Service: ${name}, Status Code: ${status}, Error Code: ${code})"`,
  );
}

const SERVICE_NAMES: Record<string, string> = { autoscaling: 'AutoScaling', ec2: 'Ec2', iam: 'Iam' };
