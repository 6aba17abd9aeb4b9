import { randomUUID } from 'node:crypto';
import type { CloudFormationContext } from './context.ts';
import { STACK_TYPE, type Stack, type StackResource } from './stack.ts';

/** Gives a stack another status, and notes that as an event. */
export function stackBecomes(context: CloudFormationContext, stack: Stack, status: string, reason?: string): void {
  const time = context.now().toISOString();
  stack.status = status;
  if (reason === undefined) delete stack.statusReason;
  else stack.statusReason = reason;
  stack.events.push({
    eventId: randomUUID(),
    logicalId: stack.stackName,
    physicalId: stack.stackId,
    type: STACK_TYPE,
    status,
    ...(reason !== undefined && { reason }),
    time,
    ...(stack.token !== undefined && { token: stack.token }),
  });
  context.changedSoon();
}

/** Gives a resource another status, and notes that as an event. */
export function resourceBecomes(
  context: CloudFormationContext,
  stack: Stack,
  resource: StackResource,
  status: string,
  reason?: string,
): void {
  const time = context.now().toISOString();
  resource.status = status;
  resource.updatedAt = time;
  if (reason === undefined) delete resource.statusReason;
  else resource.statusReason = reason;
  stack.events.push({
    eventId: `${resource.logicalId}-${status}-${randomUUID()}`,
    logicalId: resource.logicalId,
    physicalId: resource.physicalId,
    type: resource.type,
    status,
    ...(reason !== undefined && { reason }),
    time,
    ...(stack.token !== undefined && { token: stack.token }),
  });
  context.changedSoon();
}
