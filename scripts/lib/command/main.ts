import { explainAwsError } from '../aws/errors.ts';
import { cleanLines } from './clean.ts';
import { interruptible } from './interruption.ts';
import { Failure, UserMistake } from './problems.ts';
import { createProgress, type Progress } from './progress.ts';

/** What every command has. */
export interface Frame {
  progress: Progress;
  /**
   * From here on the wish to stop is told by the signal, and no longer ends the command by itself. `again` is what is
   * said to those who wish it once more.
   */
  interruptible(again?: string): AbortSignal;
}

/**
 * Runs a command to its exit status: 0 done, 2 the user's mistake, 1 anything else (or what a Failure says).
 * The one place where errors are caught for good; a stack is printed only for faults of ours.
 */
export async function main(command: (frame: Frame) => Promise<void>): Promise<void> {
  // Whoever reads our output may leave early (`make ami | head`): that is no fault.
  process.stdout.on('error', error => {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  });
  const progress = createProgress();
  try {
    await command({
      progress,
      interruptible: (again = 'Already stopping.') => interruptible(() => progress.line(again)),
    });
    progress.end();
  } catch (error) {
    progress.end();
    process.exitCode = report(error);
  }
}

function report(error: unknown): number {
  if (error instanceof UserMistake) {
    const count = error.problems.length;
    console.error(`${count === 1 ? 'There is a problem' : `There are ${count} problems`}:\n\n${error.message}`);
    return 2;
  }
  if (error instanceof Failure) {
    console.error(cleanLines(error.message));
    return error.exitStatus;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  console.error(cleanLines(explainAwsError(error) ?? explainMachine(error) ?? stack));
  return 1;
}

/** What the machine refuses is no fault of ours either. */
function explainMachine(error: unknown): string | undefined {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const mendable = ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EMFILE', 'ENFILE'];
  return mendable.includes(code) ? `This machine refuses: ${message}` : undefined;
}
