import { isDeepStrictEqual } from 'node:util';
import type { CloudFormationContext } from './context.ts';
import { during } from './deployment.ts';
import { keptTemplate } from './plan-of.ts';
import { RESOURCE_TYPES } from './resources/resource-types.ts';
import type { Stack, StackResource } from './stack.ts';
import { inOrder } from './template/order.ts';
import { type Operation, workOn } from './work.ts';

/** Brings the resources of a stack back to what they were before its update. Throws ResourceFailure. */
export async function rollBackResources(
  context: CloudFormationContext,
  operation: Operation,
  stack: Stack,
): Promise<void> {
  const { wanted, resources } = stack.before!;
  for (const logicalId of inOrder(keptTemplate(context, wanted.template).resources)) {
    const before = resources[logicalId];
    if (before) await rollBackResource(context, operation, stack, before);
  }
}

async function rollBackResource(
  context: CloudFormationContext,
  operation: Operation,
  stack: Stack,
  before: StackResource,
): Promise<void> {
  const { logicalId } = before;
  const current = stack.resources[logicalId];
  if (current?.physicalId !== before.physicalId) {
    // Another one took its place, which goes; this one is still there.
    if (current && current.physicalId !== '') stack.discarded.push(structuredClone(current));
    stack.discarded = stack.discarded.filter(({ physicalId }) => physicalId !== before.physicalId);
    const restored = structuredClone(before);
    stack.resources[logicalId] = restored;
    return during(context, operation, stack, restored, 'UPDATE', async () => ({}));
  }
  if (isUntouched(current, before)) return;
  const type = RESOURCE_TYPES[before.type]!;
  const tried = structuredClone(current);
  await during(context, operation, stack, current, 'UPDATE', () => {
    const work = workOn(context, operation, stack, current);
    return type.restore ? type.restore(work, before, tried) : type.update(work, before, tried);
  });
  stack.resources[logicalId] = { ...structuredClone(before), status: current.status, updatedAt: current.updatedAt };
}

function isUntouched(current: StackResource, before: StackResource): boolean {
  const looks = ({ properties, tags, attributes }: StackResource) => ({ properties, tags, attributes });
  return !/_FAILED$|_IN_PROGRESS$/.test(current.status) && isDeepStrictEqual(looks(current), looks(before));
}
