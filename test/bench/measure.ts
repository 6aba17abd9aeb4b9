import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

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

/** Milliseconds that a command takes; its output is thrown away. A command that fails is no measurement. */
export function time([program = '', ...rest]: string[], surroundings: Surroundings): number {
  const started = performance.now();
  const { status, stderr } = spawnSync(program, rest, {
    ...surroundings,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${[program, ...rest].join(' ')} ended with status ${status}: ${stderr}`);
  return performance.now() - started;
}

/** Medians of several commands, taken in turn so that the machine's moods reach all of them; in milliseconds. */
export function compare(
  commands: string[][],
  { rounds, ...surroundings }: Surroundings & { rounds: number },
): number[] {
  const times = commands.map((): number[] => []);
  for (let round = -1; round < rounds; round++) {
    for (const [index, command] of commands.entries()) {
      const taken = time(command, surroundings);
      if (round >= 0) times[index]?.push(taken); // the first round only warms the caches
    }
  }
  return times.map(median);
}

/** Runs a command to its end: how long it took, in milliseconds, and the most memory it had resident, in MiB. */
export async function weigh([program = '', ...rest]: string[], surroundings: Surroundings) {
  const started = performance.now();
  const child = spawn(program, rest, { ...surroundings, stdio: ['ignore', 'ignore', 'inherit'] });
  let peak = 0;
  const look = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024);
    } catch {} // it has just ended
  }, 20);
  const status = await new Promise(resolve => child.on('close', resolve));
  clearInterval(look);
  if (status !== 0) throw new Error(`${[program, ...rest].join(' ')} ended with status ${status}`);
  return { milliseconds: performance.now() - started, peak };
}
