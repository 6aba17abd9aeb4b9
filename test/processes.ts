import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds that what is stopped has for cleaning up. */
const PATIENCE = 5_000;
/** In the environment of everything that is started here, and of whatever that starts. */
const MARK = 'LAVA_TEST_RUN';

/** Starts programs, and stops them with all that they have started, what left their process group included. */
export class Processes {
  readonly #mark = randomUUID();
  readonly #running = new Set<ChildProcess>();
  isStopped = false;

  /** Runs a program to its end; gives its status, or null when a signal ended it. `say` gets what it prints. */
  async run(
    [program = '', ...rest]: string[],
    { cwd, env, say }: { cwd: string; env: NodeJS.ProcessEnv; say: (line: string) => void },
  ): Promise<number | null> {
    if (this.isStopped) return null;
    const child = spawn(program, rest, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...env, [MARK]: this.#mark },
      detached: true,
    });
    this.#running.add(child);
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', say);
    const ended = new Promise<number | null>((resolve, reject) => child.on('close', resolve).on('error', reject));
    return ended.finally(() => this.#running.delete(child));
  }

  /** Asks everything to end, and ends what has not within seconds. Nothing is started after that. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.#signal('SIGTERM');
    for (const deadline = Date.now() + PATIENCE; Date.now() < deadline && this.#marked().length > 0; ) await sleep(100);
    this.#signal('SIGKILL');
  }

  #signal(signal: NodeJS.Signals): void {
    const groups = [...this.#running].flatMap(({ pid }) => (pid === undefined ? [] : [-pid]));
    for (const pid of [...groups, ...this.#marked()]) {
      try {
        process.kill(pid, signal);
      } catch {
        // It has ended meanwhile.
      }
    }
  }

  /** The processes that have the mark, where the system says so (Linux). */
  #marked(): number[] {
    const mark = `${MARK}=${this.#mark}`;
    try {
      return readdirSync('/proc').flatMap(name => (/^\d+$/.test(name) && hasMark(name, mark) ? [Number(name)] : []));
    } catch {
      return [];
    }
  }
}

function hasMark(pid: string, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark);
  } catch {
    return false; // It has ended, or is somebody else's.
  }
}
