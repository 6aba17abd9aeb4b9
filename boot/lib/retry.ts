import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from './failure.ts';

/** A trouble that may be over in a moment: retry() tries again. */
export class Passing extends Error {}

const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5_000;

/**
 * Calls `attempt` until it resolves, or throws anything but Passing, or `patience` milliseconds are over; then throws
 * a Failure that names `what`. Pauses double up to 5 s, half of each by chance, so that a fleet doesn't knock in step.
 * `attempt` is told how many milliseconds are left. Time is counted on the monotonic clock: at boot the other one jumps.
 */
export async function retry<T>(
  what: string,
  patience: number,
  attempt: (remaining: number) => Promise<T>,
  pause: (milliseconds: number) => Promise<unknown> = sleep,
): Promise<T> {
  const start = performance.now();
  for (let tries = 1; ; tries++) {
    try {
      return await attempt(Math.max(1, patience - (performance.now() - start)));
    } catch (error) {
      if (!(error instanceof Passing)) throw error;
      const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (tries - 1));
      const wait = longest / 2 + (Math.random() * longest) / 2;
      const spent = performance.now() - start;
      if (spent + wait >= patience) {
        const times = tries === 1 ? 'once' : `${tries} times`;
        throw new Failure(`${what}: gave up after ${Math.round(spent / 1000)} s, tried ${times}: ${error.message}`);
      }
      await pause(wait);
    }
  }
}
