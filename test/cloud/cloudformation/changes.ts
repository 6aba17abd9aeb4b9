import { isDeepStrictEqual } from 'node:util';
import { changeDetails } from './change-details.ts';
import type { CloudFormationContext } from './context.ts';
import { wantedResource } from './deployment.ts';
import { onPaper, type Paper } from './paper.ts';
import type { Stack, Wanted } from './stack.ts';
import { namesOnly } from './surroundings.ts';
import { renderOutputs } from './template/plan.ts';
import type { Block } from './template/template.ts';

/**
 * False when an update would change nothing (user guide, "Understand update behaviors of stack resources"): only
 * resources, outputs and what concerns the whole stack count. Policies, conditions, and parameters that change neither
 * resources nor outputs don't.
 */
export function hasChanges(context: CloudFormationContext, stack: Stack, wanted: Wanted): boolean {
  const whole = ({ tags, notificationArns, roleArn }: Wanted) => ({ tags, notificationArns, roleArn });
  if (!isDeepStrictEqual(whole(wanted), whole(stack.wanted)) || /_FAILED$/.test(stack.status)) return true;
  const [paper, old] = [onPaper(context, stack, wanted), onPaper(context, stack, stack.wanted)];
  const surroundings = namesOnly(context.state);
  return !(
    isDeepStrictEqual(essence(paper), essence(old)) &&
    isDeepStrictEqual(renderOutputs(paper.plan, surroundings), renderOutputs(old.plan, surroundings))
  );
}

/** What a change set says it would do (API reference, data type ResourceChange), in the order in which it would. */
export function resourceChanges(context: CloudFormationContext, stack: Stack, wanted: Wanted): Block[] {
  const isNew = stack.status === 'REVIEW_IN_PROGRESS';
  const after = onPaper(context, stack, wanted);
  const before = isNew ? { plan: after.plan, resources: {} } : onPaper(context, stack, stack.wanted);
  const changes: Record<string, Block> = {};
  for (const logicalId of after.plan.order) {
    const rendered = after.resources[logicalId]!;
    const current = stack.resources[logicalId];
    const common = { LogicalResourceId: logicalId, ResourceType: rendered.Type };
    if (!current || !before.resources[logicalId]) {
      changes[logicalId] = { Action: 'Add', ...common, Scope: [], Details: [] };
      continue;
    }
    const wantedTags = wantedResource({ ...stack, wanted }, logicalId, rendered).tags;
    const change = changeDetails({ after, before, logicalId, wanted, stack, tags: wantedTags, changes });
    if (change) changes[logicalId] = { Action: 'Modify', ...common, PhysicalResourceId: current.physicalId, ...change };
  }
  const removed = Object.values(stack.resources).filter(({ logicalId }) => !after.plan.order.includes(logicalId));
  return [
    ...Object.values(changes),
    ...removed.map(({ logicalId, physicalId, type, deletionPolicy }) => ({
      Action: 'Remove',
      LogicalResourceId: logicalId,
      PhysicalResourceId: physicalId,
      ResourceType: type,
      PolicyAction: deletionPolicy === 'Retain' ? 'Retain' : 'Delete',
      Scope: [],
      Details: [],
    })),
  ];
}

function essence({ resources }: Paper): object {
  return Object.fromEntries(
    Object.entries(resources).map(([name, { Type, Properties, Metadata }]) => [name, { Type, Properties, Metadata }]),
  );
}
