import type { Caller } from '../service.ts';
import type { CloudFormationContext } from './context.ts';
import { deployResources } from './deployment.ts';
import { stackBecomes } from './events.ts';
import { removeResources } from './removal.ts';
import { rollBackResources } from './rollback.ts';
import type { Stack } from './stack.ts';
import { surroundingsOf } from './surroundings.ts';
import { type Plan, renderOutputs } from './template/plan.ts';
import type { Operation } from './work.ts';

/** Starts what goes on with a stack after the call has been answered. One thing at a time goes on with a stack. */
export function startOperation(
  context: CloudFormationContext,
  stack: Stack,
  caller: Caller,
  task: (operation: Operation) => Promise<void>,
): void {
  const cancel = new AbortController();
  const operation = { caller, stop: AbortSignal.any([context.stopping, cancel.signal]) };
  context.background.run(stack.stackId, `${stack.status} of ${stack.stackName}`, async () => {
    context.cancels.set(stack.stackId, () => cancel.abort(new Error('The update was cancelled')));
    try {
      await task(operation);
    } catch (error) {
      // A cloud that stops leaves its stacks to settle(), one who cancels to what comes next.
      if (!operation.stop.aborted) throw error;
    } finally {
      context.cancels.delete(stack.stackId);
      context.changedSoon();
    }
  });
}

/** Makes the resources of a new stack. */
export async function createResources(
  context: CloudFormationContext,
  operation: Operation,
  stack: Stack,
  plan: Plan,
): Promise<void> {
  try {
    await deployResources(context, operation, stack, plan);
    stack.outputs = renderOutputs(plan, surroundingsOf(context, stack));
    stackBecomes(context, stack, 'CREATE_COMPLETE');
  } catch (error) {
    // A stack that is deleted before it was made is deleted next.
    if (operation.stop.aborted) throw error;
    const reason = failureReason(stack, 'create', error as Error);
    if (stack.onFailure === 'DO_NOTHING') return stackBecomes(context, stack, 'CREATE_FAILED', reason);
    if (stack.onFailure === 'DELETE')
      return deleteResources(context, operation, stack, `${reason}Delete requested by user.`);
    stackBecomes(context, stack, 'ROLLBACK_IN_PROGRESS', `${reason}Rollback requested by user.`);
    const failed = await removeAll(context, operation, stack);
    if (failed.length === 0) return stackBecomes(context, stack, 'ROLLBACK_COMPLETE');
    stackBecomes(
      context,
      stack,
      'ROLLBACK_FAILED',
      `The following resource(s) failed to delete: [${failed.join(', ')}]. `,
    );
  }
}

/** Brings a stack whose update has begun to what it is to be, or back to what it was. */
export async function updateResources(
  context: CloudFormationContext,
  operation: Operation,
  stack: Stack,
  plan: Plan,
): Promise<void> {
  try {
    await deployResources(context, operation, stack, plan);
    stack.outputs = renderOutputs(plan, surroundingsOf(context, stack));
  } catch (error) {
    if (context.stopping.aborted) throw error;
    const isCancelled = operation.stop.aborted;
    const reason = isCancelled ? 'User Initiated' : failureReason(stack, 'update', error as Error);
    if (stack.onFailure === 'DO_NOTHING' && !isCancelled) return stackBecomes(context, stack, 'UPDATE_FAILED', reason);
    return rollBack(context, { ...operation, stop: context.stopping }, stack, reason);
  }
  stackBecomes(context, stack, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
  const left = Object.values(stack.resources).filter(({ logicalId }) => !plan.order.includes(logicalId));
  await cleanUp(context, { ...operation, stop: context.stopping }, stack, left);
  delete stack.before;
  stackBecomes(context, stack, 'UPDATE_COMPLETE');
}

/** Takes an update back. */
export async function rollBack(
  context: CloudFormationContext,
  operation: Operation,
  stack: Stack,
  reason: string,
): Promise<void> {
  if (stack.status !== 'UPDATE_ROLLBACK_IN_PROGRESS') {
    stackBecomes(context, stack, 'UPDATE_ROLLBACK_IN_PROGRESS', reason);
  }
  try {
    await rollBackResources(context, operation, stack);
  } catch (error) {
    if (context.stopping.aborted) throw error;
    return stackBecomes(context, stack, 'UPDATE_ROLLBACK_FAILED', failureReason(stack, 'update', error as Error));
  }
  stackBecomes(context, stack, 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
  const { wanted, resources, outputs } = stack.before!;
  stack.outputs = outputs;
  const left = Object.values(stack.resources).filter(({ logicalId }) => !Object.hasOwn(resources, logicalId));
  await cleanUp(context, operation, stack, left);
  stack.wanted = wanted;
  delete stack.before;
  stackBecomes(context, stack, 'UPDATE_ROLLBACK_COMPLETE');
}

/** Deletes a stack's resources and then, if that worked, the stack. */
export async function deleteResources(
  context: CloudFormationContext,
  operation: Operation,
  stack: Stack,
  reason: string,
): Promise<void> {
  if (stack.status !== 'DELETE_IN_PROGRESS') stackBecomes(context, stack, 'DELETE_IN_PROGRESS', reason);
  const failed = await removeAll(context, operation, stack);
  if (failed.length > 0) {
    const names = failed.join(', ');
    return stackBecomes(context, stack, 'DELETE_FAILED', `The following resource(s) failed to delete: [${names}]. `);
  }
  stack.deletedAt = context.now().toISOString();
  stack.outputs = {};
  delete stack.before;
  stackBecomes(context, stack, 'DELETE_COMPLETE');
}

async function removeAll(context: CloudFormationContext, operation: Operation, stack: Stack): Promise<string[]> {
  const present = Object.values(stack.resources).filter(({ status }) => status !== 'DELETE_COMPLETE');
  const failed = await removeResources(context, operation, stack, present);
  await removeDiscarded(context, operation, stack);
  return failed;
}

/** Deletes what is no longer wanted after an update. What can't be deleted is left behind, as AWS does it. */
async function cleanUp(
  context: CloudFormationContext,
  operation: Operation,
  stack: Stack,
  left: Stack['discarded'],
): Promise<void> {
  await removeResources(context, operation, stack, left);
  for (const { logicalId } of left) delete stack.resources[logicalId];
  await removeDiscarded(context, operation, stack);
}

async function removeDiscarded(context: CloudFormationContext, operation: Operation, stack: Stack): Promise<void> {
  await removeResources(context, operation, stack, stack.discarded);
  stack.discarded = [];
}

function failureReason(stack: Stack, what: string, error: Error): string {
  const failed = Object.values(stack.resources).filter(({ status }) => /^(CREATE|UPDATE)_FAILED$/.test(status));
  if (failed.length === 0) return `${error.message} `;
  return `The following resource(s) failed to ${what}: [${failed.map(({ logicalId }) => logicalId).join(', ')}]. `;
}
