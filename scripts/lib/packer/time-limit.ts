import { Failure } from '../command/problems.ts';

/** A signal that is aborted with another one, and when a build has taken so many minutes; `over` ends the clock. */
export interface TimeLimit {
  signal: AbortSignal;
  over(): void;
}

/** Begins the time that a build may take. Its end is told as an interruption is, so that the build cleans up. */
export function timeLimit(interruption: AbortSignal, minutes: number): TimeLimit {
  const controller = new AbortController();
  const pass = () => controller.abort(interruption.reason);
  if (interruption.aborted) pass();
  interruption.addEventListener('abort', pass, { once: true });
  const late = () => {
    const longer = `Where it needs more: build_timeout=${minutes * 2}`;
    controller.abort(
      new Failure(`The build was ended: it took longer than build_timeout=${minutes} minutes. ${longer}`),
    );
  };
  const timer = setTimeout(late, minutes * 60_000);
  const over = () => {
    clearTimeout(timer);
    interruption.removeEventListener('abort', pass);
  };
  return { signal: controller.signal, over };
}
