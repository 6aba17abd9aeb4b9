import { randomUUID } from 'node:crypto';
import { Fault, type Parameters, type Service } from '../service.ts';
import { ACCOUNT, REGION } from '../state.ts';
import { hasChanges, resourceChanges } from './changes.ts';
import type { CloudFormationContext } from './context.ts';
import { stackBecomes } from './events.ts';
import { newStack } from './new-stack.ts';
import { createResources, startOperation, updateResources } from './operations.ts';
import { paged } from './paging.ts';
import { choice, flag, invalid, optional, refuseOthers, required } from './parameters.ts';
import { planOf } from './plan-of.ts';
import { type ChangeSet, called, findStack, lookUpStack, type Stack, type Wanted } from './stack.ts';
import { beginUpdate, findUpdatable, newName, readOnFailure } from './stack-actions.ts';
import { parameterItems } from './stack-item.ts';
import { readWanted } from './stack-request.ts';

const PARAMETERS = [
  'Capabilities',
  'ChangeSetName',
  'ChangeSetType',
  'ClientToken',
  'Description',
  'NotificationARNs',
  'OnStackFailure',
  'Parameters',
  'RoleARN',
  'StackName',
  'Tags',
  'TemplateBody',
  'TemplateURL',
  'UsePreviousTemplate',
];
const NOTHING =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

/** Change sets: what an update would do, before it does it. */
export function changeSetActions(context: CloudFormationContext): Service {
  const { state } = context;
  return {
    CreateChangeSet: (parameters, { caller }) => {
      refuseOthers(parameters, 'CreateChangeSet', PARAMETERS);
      const name = changeSetName(parameters);
      const kind = choice(parameters, 'ChangeSetType', ['CREATE', 'UPDATE']) ?? 'UPDATE';
      const { stack, wanted } = kind === 'CREATE' ? reviewed(context, parameters) : updated(context, parameters);
      planOf(context, stack, wanted);
      if (Object.hasOwn(stack.changeSets, name)) {
        throw new Fault(
          'AlreadyExistsException',
          `ChangeSet ${name} cannot be created due to a mismatch with existing attribute Template`,
        );
      }
      state.stacks[stack.stackId] = stack;
      const description = optional(parameters, 'Description');
      const changeSet: ChangeSet = {
        changeSetId: `arn:aws:cloudformation:${REGION}:${ACCOUNT}:changeSet/${name}/${randomUUID()}`,
        name,
        kind,
        ...(description !== undefined && { description }),
        createdAt: context.now().toISOString(),
        status: 'CREATE_PENDING',
        executionStatus: 'UNAVAILABLE',
        wanted,
        onFailure: choice(parameters, 'OnStackFailure', ['DO_NOTHING', 'ROLLBACK', 'DELETE']) ?? 'ROLLBACK',
        changes: [],
      };
      stack.changeSets[name] = changeSet;
      startOperation(context, stack, caller, async () => fill(context, stack, changeSet));
      return { Id: changeSet.changeSetId, StackId: stack.stackId };
    },
    DescribeChangeSet: parameters => {
      const { stack, changeSet } = findChangeSet(context, parameters);
      const { page, NextToken } = paged(changeSet.changes, parameters, change => String(change.LogicalResourceId));
      return {
        ...changeSetItem(context, stack, changeSet),
        Changes: page.map(ResourceChange => ({ Type: 'Resource', ResourceChange })),
        NextToken,
      };
    },
    ListChangeSets: parameters => {
      const stack = findStack(state, required(parameters, 'StackName'));
      const { page, NextToken } = paged(Object.values(stack.changeSets), parameters, ({ name }) => name);
      return { Summaries: page.map(changeSet => changeSetSummary(stack, changeSet)), NextToken };
    },
    DeleteChangeSet: parameters => {
      const { stack, changeSet } = findChangeSet(context, parameters);
      delete stack.changeSets[changeSet.name];
      return {};
    },
    ExecuteChangeSet: (parameters, { caller }) => {
      refuseOthers(parameters, 'ExecuteChangeSet', [
        'ChangeSetName',
        'ClientRequestToken',
        'DisableRollback',
        'StackName',
      ]);
      const { stack, changeSet } = findChangeSet(context, parameters);
      const { changeSetId, status, executionStatus, wanted } = changeSet;
      if (executionStatus !== 'AVAILABLE') {
        const message = `ChangeSet [${changeSetId}] cannot be executed in its current status of [${status}]`;
        throw new Fault('InvalidChangeSetStatus', message);
      }
      const isNew = stack.status === 'REVIEW_IN_PROGRESS';
      if (!isNew) findUpdatable(context, stack.stackId);
      const plan = planOf(context, stack, wanted);
      called(stack, parameters);
      stack.changeSetId = changeSetId;
      // The others were made for what the stack is no more.
      stack.changeSets = {};
      stack.onFailure = flag(parameters, 'DisableRollback') ? 'DO_NOTHING' : isNew ? changeSet.onFailure : 'ROLLBACK';
      if (isNew) {
        stack.wanted = wanted;
        stackBecomes(context, stack, 'CREATE_IN_PROGRESS', 'User Initiated');
        startOperation(context, stack, caller, operation => createResources(context, operation, stack, plan));
      } else {
        beginUpdate(context, stack, wanted);
        startOperation(context, stack, caller, operation => updateResources(context, operation, stack, plan));
      }
      return {};
    },
  };
}

/** Looks at what a change set would do, once the call that asked for it has been answered. */
function fill(context: CloudFormationContext, stack: Stack, changeSet: ChangeSet): void {
  changeSet.status = 'CREATE_COMPLETE';
  changeSet.executionStatus = 'AVAILABLE';
  try {
    changeSet.changes = resourceChanges(context, stack, changeSet.wanted);
    if (changeSet.kind === 'CREATE' || hasChanges(context, stack, changeSet.wanted)) return;
    changeSet.statusReason = NOTHING;
  } catch (error) {
    changeSet.statusReason = (error as Error).message;
  }
  changeSet.status = 'FAILED';
  changeSet.executionStatus = 'UNAVAILABLE';
}

/** A stack that is not there yet, or has only been looked at. */
function reviewed(context: CloudFormationContext, parameters: Parameters): { stack: Stack; wanted: Wanted } {
  const name = newName(parameters);
  const wanted = readWanted(context, parameters);
  const stack = lookUpStack(context.state, name);
  if (!stack) {
    const made = newStack(name, wanted, context.now(), '');
    made.onFailure = readOnFailure({});
    stackBecomes(context, made, 'REVIEW_IN_PROGRESS', 'User Initiated');
    return { stack: made, wanted };
  }
  if (stack.status === 'REVIEW_IN_PROGRESS') return { stack, wanted };
  const message = `Stack [${name}] already exists and cannot be created again with the changeSet`;
  throw new Fault('AlreadyExistsException', `${message} [${parameters.ChangeSetName}].`);
}

function updated(context: CloudFormationContext, parameters: Parameters): { stack: Stack; wanted: Wanted } {
  const name = required(parameters, 'StackName');
  if (!lookUpStack(context.state, name)) throw invalid(`Stack [${name}] does not exist`);
  const stack = findUpdatable(context, name);
  return { stack, wanted: readWanted(context, parameters, stack.wanted) };
}

/** The change set that is named by its id, or by its name and its stack's. Throws ChangeSetNotFound. */
export function findChangeSet(
  { state }: CloudFormationContext,
  parameters: Parameters,
): { stack: Stack; changeSet: ChangeSet } {
  const name = required(parameters, 'ChangeSetName');
  const stackName = optional(parameters, 'StackName');
  if (name.startsWith('arn:')) {
    for (const stack of Object.values(state.stacks)) {
      const changeSet = Object.values(stack.changeSets).find(({ changeSetId }) => changeSetId === name);
      if (changeSet) return { stack, changeSet };
    }
  } else {
    if (stackName === undefined)
      throw invalid('StackName must be specified if ChangeSetName is not specified as an ARN.');
    const stack = lookUpStack(state, stackName);
    if (!stack) throw invalid(`Stack [${stackName}] does not exist`);
    const changeSet = stack.changeSets[name];
    if (changeSet) return { stack, changeSet };
  }
  throw new Fault('ChangeSetNotFound', `ChangeSet [${name}] does not exist`, 404);
}

function changeSetName(parameters: Parameters): string {
  const name = required(parameters, 'ChangeSetName');
  if (/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(name)) return name;
  const pattern = 'Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*';
  throw invalid(
    `1 validation error detected: Value '${name}' at 'changeSetName' failed to satisfy constraint: ${pattern}`,
  );
}

function changeSetItem(context: CloudFormationContext, stack: Stack, changeSet: ChangeSet): object {
  const { wanted } = changeSet;
  return {
    ...changeSetSummary(stack, changeSet),
    Parameters: parameterItems(context, wanted),
    NotificationARNs: wanted.notificationArns,
    RollbackConfiguration: {},
    Capabilities: wanted.capabilities,
    Tags: Object.entries(wanted.tags).map(([Key, Value]) => ({ Key, Value })),
  };
}

function changeSetSummary(stack: Stack, changeSet: ChangeSet): object {
  return {
    StackId: stack.stackId,
    StackName: stack.stackName,
    ChangeSetId: changeSet.changeSetId,
    ChangeSetName: changeSet.name,
    Description: changeSet.description,
    CreationTime: changeSet.createdAt,
    Status: changeSet.status,
    StatusReason: changeSet.statusReason,
    ExecutionStatus: changeSet.executionStatus,
    IncludeNestedStacks: false,
  };
}
