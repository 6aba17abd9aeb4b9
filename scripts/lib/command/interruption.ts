import { constants } from 'node:os';
import { Failure } from './problems.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The user's wish to stop: Ctrl-C, SIGTERM, or a terminal that went away. */
export class Interruption extends Failure {
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`Interrupted by ${signal}.`, 128 + constants.signals[signal]);
    this.signal = signal;
  }
}

/**
 * Turns signals into an AbortSignal whose reason is an Interruption, so that a command can clean up before it ends.
 * Signals after the first change nothing: cleaning up has already begun; `again` is called so that it can be said.
 */
export function interruptible(again: () => void): AbortSignal {
  const controller = new AbortController();
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (controller.signal.aborted) again();
      else controller.abort(new Interruption(signal));
    });
  }
  return controller.signal;
}
