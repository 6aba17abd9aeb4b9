import { Failure } from './failure.ts';
import type { Journal } from './journal.ts';
import { describeThrown } from './thrown.ts';

/**
 * Runs the work of a script and tells the journal what it threw, if it did: also from a callback that nobody waited
 * for. A fault of ours goes to the log with its stack.
 */
export async function attempt(work: () => Promise<void>, journal: Journal): Promise<void> {
  let blame: (error: unknown) => void = () => {};
  const astray = new Promise<never>((_, reject) => {
    blame = reject;
  });
  process.on('uncaughtException', blame);
  try {
    await Promise.race([work(), astray]);
  } catch (error) {
    if (error instanceof Failure) journal.failed(describeThrown(error));
    else journal.failed(`a fault of the boot script itself: ${describeThrown(error)}`, stackOf(error));
  } finally {
    process.off('uncaughtException', blame);
  }
}

function stackOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack : undefined;
}
