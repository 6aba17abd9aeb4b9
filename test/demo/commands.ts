import { $ as zx } from 'zx/core';
import { ROOT } from '../../scripts/lib/command/root.ts';

/** One command as it would be typed, which says on standard error what it has to say; gives what it printed. */
export type Command = (pieces: TemplateStringsArray, ...values: (string | string[])[]) => Promise<string>;

interface Options {
  /** What the command reads; without, what the demonstration itself would. */
  input?: string;
  /** What becomes of what the command prints: it is taken, or goes to the reader, or both (on standard error). */
  output?: 'taken' | 'shown' | 'both';
}

/**
 * Commands that know of an interruption: it is passed on to the one that runs, whose end is waited for, since it cleans up
 * after itself; and then there are no more.
 */
export function commands(interrupted: AbortSignal, { input, output = 'taken' }: Options = {}): Command {
  return async (pieces, ...values) => {
    interrupted.throwIfAborted();
    // The command takes the place of its shell, so that a signal reaches it.
    const running = zx({
      cwd: ROOT,
      prefix: 'exec ',
      nothrow: true,
      quiet: true,
      stdio: [input === undefined ? 'inherit' : 'pipe', output === 'shown' ? 'inherit' : 'pipe', 'inherit'],
      ...(input === undefined ? {} : { input }),
    })(pieces, ...values);
    const passOn = () => running.child?.kill();
    interrupted.addEventListener('abort', passOn);
    if (output === 'both') running.stdout.on('data', chunk => process.stderr.write(chunk));
    const ended = await running;
    interrupted.removeEventListener('abort', passOn);
    interrupted.throwIfAborted();
    if (!ended.ok) throw ended;
    return ended.stdout.trimEnd();
  };
}

/** A headline. */
export function say(what: string): void {
  console.log(`\n== ${what}\n`);
}
