import { constants } from 'node:os';
import { regardlessOfStop, stopCallsAt } from '../aws/calls.ts';
import { Failure } from './problems.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** How long a command may take to end, unless it cleans up, in milliseconds. */
const PATIENCE = 4500;
/** What started a command may pass Ctrl-C on to it, which it then gets twice: within this time it is the same one. */
const ECHO = 500;

/** The user's wish to stop: Ctrl-C, SIGTERM, or a terminal that went away. */
export class Interruption extends Failure {
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`Interrupted by ${signal}.`, 128 + constants.signals[signal]);
    this.signal = signal;
  }
}

/** Work under way that an interruption waits for, and things that are left when it is not waited for. */
let cleaning = 0;
const left = new Set<string>();

/** Runs what cleans up, or ends by itself when it is interrupted: its end is waited for, and its calls to AWS go on. */
export async function cleaningUp<Result>(work: () => Promise<Result>): Promise<Result> {
  cleaning++;
  try {
    return await regardlessOfStop(work);
  } finally {
    cleaning--;
  }
}

/** Notes what is left should the command be ended at once, and how to remove it. Gives what takes the note back. */
export function mayBeLeft(what: string): () => void {
  left.add(what);
  return () => void left.delete(what);
}

/** An interruption that may come, and what ends waiting for it. */
export interface Interruptible {
  signal: AbortSignal;
  over(): void;
}

/**
 * Turns signals into an AbortSignal whose reason is an Interruption. The first says so and ends the calls to AWS; the
 * command is ended where it does not end by itself within seconds, clean-up apart. The second ends it at once.
 */
export function interruptible(say: (text: string) => void): Interruptible {
  const controller = new AbortController();
  let at = 0;
  let watch: NodeJS.Timeout | undefined;
  const end = (status: number) => {
    const unfinished = [...left].map(what => `    ${what}`);
    if (unfinished.length > 0) say(['This may be left:', ...unfinished].join('\n'));
    process.exit(status);
  };
  const first = (reason: Interruption) => {
    at = Date.now();
    const what = cleaning > 0 ? 'Stopping and cleaning up, which may take some minutes' : 'Stopping';
    say(`${what}: ${reason.signal} was received. A second one ends this at once.`);
    controller.abort(reason);
    let since = at;
    watch = setInterval(() => {
      if (cleaning > 0) since = Date.now();
      if (Date.now() - since < PATIENCE) return;
      say(reason.message);
      end(reason.exitStatus);
    }, 250);
  };
  const handlers = SIGNALS.map(signal => {
    const handle = () => {
      const reason = new Interruption(signal);
      if (!controller.signal.aborted) return first(reason);
      if (Date.now() - at < ECHO) return;
      say(`Ended by ${signal}, at once.`);
      end(reason.exitStatus);
    };
    process.on(signal, handle);
    return [signal, handle] as const;
  });
  stopCallsAt(controller.signal);
  const over = () => {
    clearInterval(watch);
    stopCallsAt(undefined);
    for (const [signal, handle] of handlers) process.off(signal, handle);
    // What has been given up may still wait for its time-outs; nobody waits for that.
    if (controller.signal.aborted) setTimeout(() => process.exit(), 500).unref();
  };
  return { signal: controller.signal, over };
}
