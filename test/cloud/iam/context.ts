import type { State } from '../state.ts';

/** What every action of IAM works with. */
export interface IamContext {
  state: State;
  now(): Date;
}
