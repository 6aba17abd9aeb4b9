import type { CloudFormationContext } from './context.ts';
import { resourceBecomes } from './events.ts';
import { keptTemplate } from './plan-of.ts';
import { RESOURCE_TYPES } from './resources/resource-types.ts';
import type { Stack, StackResource } from './stack.ts';
import { inOrder } from './template/order.ts';
import { type Operation, workOn } from './work.ts';

/** Deletes resources of a stack, those first that need others. Gives the logical ids of those that could not be. */
export async function removeResources(
  context: CloudFormationContext,
  operation: Operation,
  stack: Stack,
  doomed: StackResource[],
): Promise<string[]> {
  const failed: string[] = [];
  for (const resource of lastFirst(context, stack, doomed)) {
    operation.stop.throwIfAborted();
    if (!(await removeResource(context, operation, stack, resource))) failed.push(resource.logicalId);
  }
  return failed;
}

async function removeResource(
  context: CloudFormationContext,
  operation: Operation,
  stack: Stack,
  resource: StackResource,
): Promise<boolean> {
  if (resource.deletionPolicy === 'Retain') {
    resourceBecomes(context, stack, resource, 'DELETE_SKIPPED');
    return true;
  }
  resourceBecomes(context, stack, resource, 'DELETE_IN_PROGRESS');
  try {
    // What failed before it had a physical id is not there.
    if (resource.physicalId !== '') {
      await RESOURCE_TYPES[resource.type]!.remove(workOn(context, operation, stack, resource), resource);
    }
  } catch (error) {
    if (context.stopping.aborted) throw error;
    if (!isGone(error as Error)) {
      resourceBecomes(context, stack, resource, 'DELETE_FAILED', (error as Error).message);
      return false;
    }
  }
  resourceBecomes(context, stack, resource, 'DELETE_COMPLETE');
  return true;
}

/** Somebody else has deleted it: that is what was wanted. */
function isGone({ message }: Error): boolean {
  return /NotFound|NoSuchEntity|not found|is gone/.test(message);
}

function lastFirst(context: CloudFormationContext, stack: Stack, doomed: StackResource[]): StackResource[] {
  const templates = [stack.wanted, ...(stack.before ? [stack.before.wanted] : [])];
  const order = templates.flatMap(({ template }) => inOrder(keptTemplate(context, template).resources));
  const place = ({ logicalId }: StackResource) => order.indexOf(logicalId);
  return doomed.toSorted((one, other) => place(other) - place(one));
}
