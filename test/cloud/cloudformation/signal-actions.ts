import type { Service } from '../service.ts';
import type { CloudFormationContext } from './context.ts';
import { resourceBecomes } from './events.ts';
import { choice, invalid, required } from './parameters.ts';
import { findStack, isBusy } from './stack.ts';

/** SignalResource: what instances say of themselves to the stack that waits for them. */
export function signalActions(context: CloudFormationContext): Service {
  return {
    SignalResource: parameters => {
      const stack = findStack(context.state, required(parameters, 'StackName'));
      const logicalId = required(parameters, 'LogicalResourceId');
      const uniqueId = required(parameters, 'UniqueId');
      required(parameters, 'Status');
      const status = choice(parameters, 'Status', ['SUCCESS', 'FAILURE'])!;
      if (!isBusy(stack)) {
        throw invalid(`Stack ${stack.stackId} is in ${stack.status} state and cannot be signaled`);
      }
      const resource = stack.resources[logicalId];
      if (!resource) throw invalid(`Resource ${logicalId} does not exist for stack ${stack.stackName}`);
      if (!context.signals.send(stack.stackId, logicalId, uniqueId, status)) {
        throw invalid(`Resource ${logicalId} is in ${resource.status} state and cannot be signaled`);
      }
      resourceBecomes(context, stack, resource, resource.status, `Received ${status} signal with UniqueId ${uniqueId}`);
      return {};
    },
  };
}
