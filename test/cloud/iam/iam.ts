import type { Action, Service } from '../service.ts';
import type { State } from '../state.ts';
import type { IamContext } from './context.ts';
import { instanceProfileActions } from './instance-profiles.ts';
import { rolePolicyActions } from './role-policies.ts';
import { roleActions } from './roles.ts';

export interface IamOptions {
  state: State;
  /** Keeps the state. */
  changed(): void;
}

/** IAM, as far as instances need it: roles with inline policies, and instance profiles. */
export function createIam({ state, changed }: IamOptions): Service {
  const context: IamContext = { state, now: () => new Date() };
  const actions = { ...instanceProfileActions(context), ...roleActions(context), ...rolePolicyActions(context) };
  const keeping = (name: string, action: Action): Action =>
    /^(Get|List)/.test(name)
      ? action
      : async (parameters, call) => {
          const answer = await action(parameters, call);
          changed();
          return answer;
        };
  return Object.fromEntries(Object.entries(actions).map(([name, action]) => [name, keeping(name, action)]));
}
