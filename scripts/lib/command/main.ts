import { explainAwsError } from '../aws/errors.ts';
import { Failure, UserMistake } from './problems.ts';

/**
 * Runs a command to its exit status: 0 done, 2 the user's mistake, 1 anything else (or what a Failure says).
 * The one place where errors are caught for good; a stack is printed only for faults of ours.
 */
export async function main(command: () => Promise<void>): Promise<void> {
  // Whoever reads our output may leave early (`make ami | head`): that is no fault.
  process.stdout.on('error', error => {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  });
  try {
    await command();
  } catch (error) {
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
    console.error(error.message);
    return error.exitStatus;
  }
  console.error(explainAwsError(error) ?? explainMachine(error) ?? (error instanceof Error ? error.stack : error));
  return 1;
}

/** What the machine refuses is no fault of ours either. */
function explainMachine(error: unknown): string | undefined {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const mendable = ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EMFILE', 'ENFILE'];
  return mendable.includes(code) ? `This machine refuses: ${message}` : undefined;
}
