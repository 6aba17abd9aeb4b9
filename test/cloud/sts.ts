import { callerArn } from './endpoint/caller-arn.ts';
import type { Service } from './service.ts';
import { ACCOUNT, type State } from './state.ts';

/** STS: who is calling. */
export function createSts({ state }: { state: State }): Service {
  return {
    GetCallerIdentity: (_parameters, { caller }) => ({
      Arn: callerArn(caller),
      UserId:
        caller.kind === 'role'
          ? `${state.roles[caller.role]?.roleId ?? ''}:${caller.instanceId}`
          : 'AIDALOCALOPERATOR0000',
      Account: ACCOUNT,
    }),
  };
}
