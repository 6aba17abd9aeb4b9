import { dirname } from 'node:path';
import { explainAwsError } from '../aws/errors.ts';
import { cleanLines } from './clean.ts';
import { interruptible } from './interruption.ts';
import { Failure, UserMistake } from './problems.ts';
import { createProgress, type Progress } from './progress.ts';

/** What every command has. */
export interface Frame {
  progress: Progress;
  /** Is aborted when the user wishes the command to stop; what waits takes it. Calls to AWS end with it anyway. */
  signal: AbortSignal;
}

/**
 * Runs a command to its exit status: 0 done, 2 the user's mistake, 1 anything else (or what a Failure says).
 * The one place where errors are caught for good; a stack is printed only for faults of ours.
 */
export async function main(command: (frame: Frame) => Promise<void>): Promise<void> {
  // Whoever reads our output may leave early (`make ami | head`), and a terminal may go away: that is no fault.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreReaderThatLeft);
  const progress = createProgress();
  const { signal, over } = interruptible(progress.line);
  try {
    await command({ progress, signal });
    progress.end();
  } catch (error) {
    progress.end();
    // Whatever was given up when the command was to stop failed for that.
    const status = report(signal.aborted && !(error instanceof Failure) ? signal.reason : error);
    process.exitCode = signal.aborted ? signal.reason.exitStatus : status;
  } finally {
    over();
  }
}

function ignoreReaderThatLeft(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
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
  const { code = '', message, syscall, path = '' } = error as NodeJS.ErrnoException;
  if (syscall === 'mkdtemp' && code === 'ENOENT') {
    return `The folder for temporary files is not there: ${dirname(path)}. Make it, or set TMPDIR to another.`;
  }
  const mendable = [
    ...['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EMFILE', 'ENFILE', 'ENOMEM', 'EIO'],
    ...['ELOOP', 'ENOTDIR', 'ENAMETOOLONG'],
  ];
  return mendable.includes(code) ? `This machine refuses: ${message}` : undefined;
}
