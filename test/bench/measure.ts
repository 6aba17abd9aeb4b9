import { spawnSync } from 'node:child_process';

/** One promise, and what was measured. */
export interface Measurement {
  what: string;
  value: number;
  /** The promise: at most this. */
  limit: number;
  /** `x` for ratios, ` s` for seconds. */
  unit: 'x' | ' s';
  /** From what the value was made, for people. */
  how: string;
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** Milliseconds that a command takes; its output is thrown away. A command that fails is no measurement. */
export function time(command: string[], cwd: string): number {
  const [program = '', ...rest] = command;
  const started = performance.now();
  const { status, stderr } = spawnSync(program, rest, { cwd, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.join(' ')} ended with status ${status}: ${stderr}`);
  return performance.now() - started;
}

/** Medians of several commands, taken in turn so that the machine's moods reach all of them; in milliseconds. */
export function compare(commands: string[][], cwd: string, rounds: number): number[] {
  const times = commands.map((): number[] => []);
  for (let round = -1; round < rounds; round++) {
    for (const [index, command] of commands.entries()) {
      const taken = time(command, cwd);
      if (round >= 0) times[index]?.push(taken); // the first round only warms the caches
    }
  }
  return times.map(median);
}
