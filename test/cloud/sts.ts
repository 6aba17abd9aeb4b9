import { callerArn } from './endpoint/caller-arn.ts';
import type { Service } from './service.ts';
import { ACCOUNT, type State } from './state.ts';

/** STS: who is calling. */
export function createSts({ state }: { state: State }): Service {
  return {
    GetCallerIdentity: (_parameters, { caller }) => ({
      Arn: callerArn(caller),
      UserId:
        caller.kind === 'operator'
          ? 'AIDALOCALOPERATOR0000'
          : `${state.roles[caller.role]?.roleId ?? ''}:${caller.instanceId}`,
      Account: ACCOUNT,
    }),
  };
}
