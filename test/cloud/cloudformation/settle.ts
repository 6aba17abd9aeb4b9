import type { CloudFormationContext } from './context.ts';
import { resourceBecomes, stackBecomes } from './events.ts';
import { forgetTemplates } from './plan-of.ts';

/** What becomes of a stack whose cloud was ended in the middle of something. */
const CUT_OFF: Record<string, string> = {
  CREATE_IN_PROGRESS: 'CREATE_FAILED',
  DELETE_IN_PROGRESS: 'DELETE_FAILED',
  ROLLBACK_IN_PROGRESS: 'ROLLBACK_FAILED',
  UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: 'UPDATE_COMPLETE',
  UPDATE_IN_PROGRESS: 'UPDATE_ROLLBACK_FAILED',
  UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: 'UPDATE_ROLLBACK_COMPLETE',
  UPDATE_ROLLBACK_IN_PROGRESS: 'UPDATE_ROLLBACK_FAILED',
};
const REASON = 'The local cloud was ended meanwhile';

/**
 * Ends what nobody goes on with, by a status from which a user can: an update that was cut off can be taken back with
 * ContinueUpdateRollback, a stack that was being made can be deleted. Change sets that were not ready have failed.
 */
export function settle(context: CloudFormationContext): void {
  const { state } = context;
  for (const stack of Object.values(state.stacks)) {
    for (const changeSet of Object.values(stack.changeSets)) {
      if (!/PENDING|IN_PROGRESS/.test(changeSet.status)) continue;
      changeSet.status = 'FAILED';
      changeSet.statusReason = REASON;
    }
    const status = CUT_OFF[stack.status];
    if (status === undefined) continue;
    for (const resource of Object.values(stack.resources)) {
      if (!resource.status.endsWith('_IN_PROGRESS')) continue;
      resourceBecomes(context, stack, resource, resource.status.replace('IN_PROGRESS', 'FAILED'), REASON);
    }
    if (status === 'UPDATE_COMPLETE') delete stack.before;
    if (status === 'UPDATE_ROLLBACK_COMPLETE' && stack.before) {
      stack.wanted = stack.before.wanted;
      delete stack.before;
    }
    stackBecomes(context, stack, status, status.endsWith('_FAILED') ? REASON : undefined);
  }
  forgetTemplates(state);
}
