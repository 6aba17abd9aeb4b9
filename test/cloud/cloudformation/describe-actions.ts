import type { Service } from '../service.ts';
import type { CloudFormationContext } from './context.ts';
import { paged } from './paging.ts';
import { invalid, optional, required, texts } from './parameters.ts';
import { findStack, type Stack } from './stack.ts';
import { eventItem, resourceItem, resourceSummary, stackItem, stackSummary } from './stack-item.ts';

/** The actions that show stacks, their events and their resources. */
export function describeActions(context: CloudFormationContext): Service {
  const { state } = context;
  const newestFirst = () => Object.values(state.stacks).toReversed();
  return {
    DescribeStacks: parameters => {
      const name = optional(parameters, 'StackName');
      const listed =
        name === undefined
          ? newestFirst().filter(({ status }) => status !== 'DELETE_COMPLETE')
          : [findStack(state, name)];
      const { page, NextToken } = paged(listed, parameters, ({ stackId }) => stackId);
      return { Stacks: page.map(stack => stackItem(context, stack)), NextToken };
    },
    ListStacks: parameters => {
      const statuses = texts(parameters, 'StackStatusFilter') ?? [];
      const listed = newestFirst().filter(({ status }) => statuses.length === 0 || statuses.includes(status));
      const { page, NextToken } = paged(listed, parameters, ({ stackId }) => stackId);
      return { StackSummaries: page.map(stack => stackSummary(context, stack)), NextToken };
    },
    DescribeStackEvents: parameters => {
      const stack = eventsOf(context, required(parameters, 'StackName'));
      const { page, NextToken } = paged(stack.events.toReversed(), parameters, ({ eventId }) => eventId);
      return { StackEvents: page.map(event => eventItem(stack, event)), NextToken };
    },
    DescribeStackResource: parameters => {
      const stack = findStack(state, required(parameters, 'StackName'));
      const logicalId = required(parameters, 'LogicalResourceId');
      const resource = stack.resources[logicalId];
      if (!resource) throw invalid(`Resource ${logicalId} does not exist for stack ${stack.stackName}`);
      const { Timestamp, ...item } = resourceItem(stack, resource) as Record<string, unknown>;
      return { StackResourceDetail: { ...item, LastUpdatedTimestamp: Timestamp } };
    },
    DescribeStackResources: parameters => {
      const name = optional(parameters, 'StackName');
      const physicalId = optional(parameters, 'PhysicalResourceId');
      if (name === undefined && physicalId === undefined) {
        throw invalid('Either StackName or PhysicalResourceId must be specified');
      }
      const stack = name === undefined ? ownerOf(context, physicalId!) : findStack(state, name);
      const logicalId = optional(parameters, 'LogicalResourceId');
      const listed = Object.values(stack.resources).filter(
        resource => logicalId === undefined || resource.logicalId === logicalId,
      );
      return { StackResources: listed.map(resource => resourceItem(stack, resource)) };
    },
    ListStackResources: parameters => {
      const stack = findStack(state, required(parameters, 'StackName'));
      const { page, NextToken } = paged(Object.values(stack.resources), parameters, ({ logicalId }) => logicalId);
      return { StackResourceSummaries: page.map(resourceSummary), NextToken };
    },
  };
}

function eventsOf({ state }: CloudFormationContext, name: string): Stack {
  try {
    return findStack(state, name);
  } catch {
    throw invalid(`Stack [${name}] does not exist`);
  }
}

function ownerOf({ state }: CloudFormationContext, physicalId: string): Stack {
  const owner = Object.values(state.stacks).find(({ resources }) =>
    Object.values(resources).some(resource => resource.physicalId === physicalId),
  );
  if (owner) return owner;
  throw invalid(`Stack for ${physicalId} does not exist`);
}
