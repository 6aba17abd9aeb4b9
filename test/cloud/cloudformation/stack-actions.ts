import { Fault, type Parameters, type Service } from '../service.ts';
import { hasChanges } from './changes.ts';
import type { CloudFormationContext } from './context.ts';
import { stackBecomes } from './events.ts';
import { newStack } from './new-stack.ts';
import { createResources, deleteResources, rollBack, startOperation, updateResources } from './operations.ts';
import { choice, flag, invalid, optional, refuseOthers, required } from './parameters.ts';
import { planOf } from './plan-of.ts';
import { called, findStack, isBusy, lookUpStack, type Stack, type Wanted } from './stack.ts';
import { readWanted } from './stack-request.ts';

const CREATE_PARAMETERS = [
  'Capabilities',
  'ClientRequestToken',
  'DisableRollback',
  'NotificationARNs',
  'OnFailure',
  'Parameters',
  'RoleARN',
  'StackName',
  'Tags',
  'TemplateBody',
  'TemplateURL',
];
const UPDATE_PARAMETERS = [...CREATE_PARAMETERS.filter(name => name !== 'OnFailure'), 'UsePreviousTemplate'];

/** What may be updated; a stack in any other state is refused. */
const UPDATABLE = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'UPDATE_FAILED', 'CREATE_FAILED'];

/** The actions that change stacks. */
export function stackActions(context: CloudFormationContext): Service {
  const { state, now } = context;
  return {
    CreateStack: (parameters, { caller }) => {
      refuseOthers(parameters, 'CreateStack', CREATE_PARAMETERS);
      const name = newName(parameters);
      const wanted = readWanted(context, parameters);
      if (lookUpStack(state, name)) throw new Fault('AlreadyExistsException', `Stack [${name}] already exists`);
      const stack = newStack(name, wanted, now(), 'CREATE_IN_PROGRESS');
      const plan = planOf(context, stack, wanted);
      stack.onFailure = readOnFailure(parameters);
      called(stack, parameters);
      state.stacks[stack.stackId] = stack;
      stackBecomes(context, stack, 'CREATE_IN_PROGRESS', 'User Initiated');
      startOperation(context, stack, caller, operation => createResources(context, operation, stack, plan));
      return { StackId: stack.stackId };
    },
    UpdateStack: (parameters, { caller }) => {
      refuseOthers(parameters, 'UpdateStack', UPDATE_PARAMETERS);
      const stack = findUpdatable(context, required(parameters, 'StackName'));
      const wanted = readWanted(context, parameters, stack.wanted);
      const plan = planOf(context, stack, wanted);
      if (!hasChanges(context, stack, wanted)) throw invalid('No updates are to be performed.');
      stack.onFailure = flag(parameters, 'DisableRollback') ? 'DO_NOTHING' : 'ROLLBACK';
      beginUpdate(context, called(stack, parameters), wanted);
      startOperation(context, stack, caller, operation => updateResources(context, operation, stack, plan));
      return { StackId: stack.stackId };
    },
    DeleteStack: (parameters, { caller }) => {
      refuseOthers(parameters, 'DeleteStack', ['ClientRequestToken', 'RoleARN', 'StackName']);
      const stack = lookUpStack(state, required(parameters, 'StackName'));
      // What is not there is deleted already.
      if (!stack || stack.status === 'DELETE_COMPLETE' || stack.status === 'DELETE_IN_PROGRESS') return {};
      if (isBusy(stack) && stack.status !== 'CREATE_IN_PROGRESS') {
        throw invalid(`Stack [${stack.stackName}] cannot be deleted while in status ${stack.status}`);
      }
      context.cancels.get(stack.stackId)?.();
      stackBecomes(context, called(stack, parameters), 'DELETE_IN_PROGRESS', 'User Initiated');
      startOperation(context, stack, caller, operation => deleteResources(context, operation, stack, 'User Initiated'));
      return {};
    },
    CancelUpdateStack: parameters => {
      const stack = findStack(state, required(parameters, 'StackName'));
      if (stack.status !== 'UPDATE_IN_PROGRESS') {
        throw invalid('CancelUpdateStack cannot be called from current stack status');
      }
      context.cancels.get(stack.stackId)?.();
      return {};
    },
    ContinueUpdateRollback: (parameters, { caller }) => {
      refuseOthers(parameters, 'ContinueUpdateRollback', ['ClientRequestToken', 'RoleARN', 'StackName']);
      const stack = findStack(state, required(parameters, 'StackName'));
      if (stack.status !== 'UPDATE_ROLLBACK_FAILED' || !stack.before) {
        const sentence = `Stack:${stack.stackId} is in ${stack.status} state and can not continue rollback.`;
        throw invalid(sentence);
      }
      stackBecomes(context, called(stack, parameters), 'UPDATE_ROLLBACK_IN_PROGRESS', 'User Initiated');
      startOperation(context, stack, caller, operation => rollBack(context, operation, stack, 'User Initiated'));
      return {};
    },
    RollbackStack: (parameters, { caller }) => {
      refuseOthers(parameters, 'RollbackStack', ['ClientRequestToken', 'RoleARN', 'StackName']);
      const stack = findStack(state, required(parameters, 'StackName'));
      if (stack.status !== 'UPDATE_FAILED' || !stack.before) {
        throw invalid(`Stack [${stack.stackName}] is in ${stack.status} state and can not be rolled back.`);
      }
      stackBecomes(context, called(stack, parameters), 'UPDATE_ROLLBACK_IN_PROGRESS', 'User Initiated');
      startOperation(context, stack, caller, operation => rollBack(context, operation, stack, 'User Initiated'));
      return { StackId: stack.stackId };
    },
  };
}

/** The stack of this name, if it may be updated now. Throws ValidationError. */
export function findUpdatable({ state }: CloudFormationContext, nameOrId: string): Stack {
  const stack = findStack(state, nameOrId);
  if (UPDATABLE.includes(stack.status)) return stack;
  throw invalid(`Stack:${stack.stackId} is in ${stack.status} state and can not be updated.`);
}

/** Notes what there was, and that a stack is on its way to something else. */
export function beginUpdate(context: CloudFormationContext, stack: Stack, wanted: Wanted): void {
  // After a failed update that was not taken back, a rollback still leads to where the stack was whole.
  stack.before ??= structuredClone({ wanted: stack.wanted, resources: stack.resources, outputs: stack.outputs });
  stack.wanted = wanted;
  stack.updatedAt = context.now().toISOString();
  stackBecomes(context, stack, 'UPDATE_IN_PROGRESS', 'User Initiated');
}

/** The name of a stack that is to be made. */
export function newName(parameters: Parameters): string {
  const name = required(parameters, 'StackName');
  if (/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(name)) return name;
  const pattern = 'Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*';
  throw invalid(`1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: ${pattern}`);
}

/** What happens to a stack that can't be made. */
export function readOnFailure(parameters: Parameters): Stack['onFailure'] {
  const onFailure = choice(parameters, 'OnFailure', ['DO_NOTHING', 'ROLLBACK', 'DELETE']);
  const disableRollback = flag(parameters, 'DisableRollback');
  if (onFailure !== undefined && optional(parameters, 'DisableRollback') !== undefined) {
    throw invalid('You can specify either OnFailure or DisableRollback, but not both.');
  }
  return onFailure ?? (disableRollback ? 'DO_NOTHING' : 'ROLLBACK');
}
