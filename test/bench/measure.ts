import { readFileSync } from 'node:fs';
import { $, type ProcessOutput } from 'zx/core';

/** One promise, and what was measured. */
export interface Measurement {
  what: string;
  value: number;
  /** The promise: at most this. */
  limit: number;
  /** `x` for ratios, ` s` for seconds, ` MiB` for memory, nothing for what is counted. */
  unit: 'x' | ' s' | ' MiB' | '';
  /** From what the value was made, for people. */
  how: string;
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** Where and with what environment commands are run. */
interface Surroundings {
  cwd: string;
  env?: NodeJS.ProcessEnv;
}

/** A command takes the place of the shell that starts it, so that nothing is measured but the command. */
const measured = $({ prefix: 'exec ', nothrow: true, quiet: true });

/** Milliseconds that a command takes; its output is thrown away. */
export async function time(command: string[], surroundings: Surroundings): Promise<number> {
  const started = performance.now();
  const ended = await measured({ ...surroundings, stdio: ['ignore', 'ignore', 'pipe'] })`${command}`;
  mustBeWell(command, ended);
  return performance.now() - started;
}

/** A command that fails is no measurement. */
function mustBeWell(command: string[], { ok, exitCode, stderr }: ProcessOutput): void {
  if (!ok) throw new Error(`${command.join(' ')} ended with status ${exitCode}: ${stderr}`);
}

/** Medians of several commands, taken in turn so that the machine's moods reach all of them; in milliseconds. */
export async function compare(
  commands: string[][],
  { rounds, ...surroundings }: Surroundings & { rounds: number },
): Promise<number[]> {
  const times = commands.map((): number[] => []);
  for (let round = -1; round < rounds; round++) {
    for (const [index, command] of commands.entries()) {
      const taken = await time(command, surroundings);
      if (round >= 0) times[index]?.push(taken); // the first round only warms the caches
    }
  }
  return times.map(median);
}

/** Runs a command to its end: how long it took, in milliseconds, and the most memory it had resident, in MiB. */
export async function weigh(command: string[], surroundings: Surroundings) {
  const started = performance.now();
  const running = measured({ ...surroundings, stdio: ['ignore', 'ignore', 'inherit'] })`${command}`;
  let peak = 0;
  const look = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${running.pid}/status`, 'utf8');
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024);
    } catch {} // it has just ended
  }, 20);
  const ended = await running;
  clearInterval(look);
  mustBeWell(command, ended);
  return { milliseconds: performance.now() - started, peak };
}
