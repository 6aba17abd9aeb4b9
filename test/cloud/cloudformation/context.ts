import type { Background } from '../ec2/background.ts';
import type { Caller, Parameters } from '../service.ts';
import type { State } from '../state.ts';
import type { Signals } from './signals.ts';
import type { Template } from './template/template.ts';

/** What every action of CloudFormation works with. */
export interface CloudFormationContext {
  state: State;
  /** Calls an action of another service for a stack, with the rights of whoever changes the stack. */
  call(caller: Caller, service: string, action: string, parameters: Parameters): Promise<Answer>;
  /** Keeps the state within a moment: for what no call of the API waits for. */
  changedSoon(): void;
  log(line: string): void;
  now(): Date;
  background: Background;
  /** Milliseconds between two looks at what other services are doing. */
  pollEvery: number;
  /** Aborted when the cloud stops: nothing goes on after that. */
  stopping: AbortSignal;
  signals: Signals;
  /** How to cancel the update of a stack that is under way, by stack id. */
  cancels: Map<string, () => void>;
  /** Templates that were read, by their key in the state. */
  read: Map<string, Template>;
}

// biome-ignore lint/suspicious/noExplicitAny: answers of actions are untyped trees, as parameters are
export type Answer = Record<string, any>;
