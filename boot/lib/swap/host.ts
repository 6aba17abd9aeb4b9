import { readFileSync } from 'node:fs';
import { type Command, command } from '../command.ts';
import { Failure } from '../failure.ts';
import { plainLine } from '../plain-line.ts';

/** The parts of a machine that swapping touches. Tests give others. */
export interface SwapHost {
  /** A folder on the root volume that stands for it. */
  root: string;
  fstab: string;
  /** The kernel's list of swap areas in use, and of its memory. */
  swaps: string;
  meminfo: string;
  command: Command;
}

export const thisHost: SwapHost = {
  root: '/',
  fstab: '/etc/fstab',
  swaps: '/proc/swaps',
  meminfo: '/proc/meminfo',
  command,
};

/** Bytes of swap in use per file or device that is swapped on. */
export function activeSwaps({ swaps }: SwapHost): Map<string, number> {
  const rows = readFileSync(swaps, 'utf8').trim().split('\n').slice(1);
  return new Map(
    rows.map(row => {
      const [file = '', , , usedKiB] = row.split(/\s+/);
      return [unescapeSpaces(file), Number(usedKiB) * 1024];
    }),
  );
}

/** Bytes of memory that could be had without swapping. */
export function availableMemory({ meminfo }: SwapHost): number {
  return Number(/^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync(meminfo, 'utf8'))?.[1] ?? 0) * 1024;
}

/** Bytes of the file system that holds a folder: all, and those free for everybody. (Node has statfs only since 18.15.) */
export async function fileSystemSpace({ command }: SwapHost, folder: string): Promise<{ size: number; free: number }> {
  const { stdout } = await need(command, 'stat', ['--file-system', '--format=%S %b %a', '--', folder]);
  const [block, blocks, available] = stdout.trim().split(' ').map(Number);
  return { size: block! * blocks!, free: block! * available! };
}

/** Runs a command whose failure is a Failure. */
export async function need(command: Command, program: string, args: string[]): Promise<{ stdout: string }> {
  const outcome = await command(program, args);
  if (outcome.status === 0) return outcome;
  const told = plainLine(outcome.stderr.replace(/\n/g, '; '), 300);
  throw new Failure(`${program} ended with status ${outcome.status}: ${told}`);
}

/** The kernel and fstab write white space and backslashes in paths as three octal digits. */
export function unescapeSpaces(text: string): string {
  const bytes = Buffer.from(text).toString('latin1');
  const plain = bytes.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)));
  return Buffer.from(plain, 'latin1').toString('utf8');
}

export function escapeSpaces(text: string): string {
  return text.replace(/[\s\\#]/g, character => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
}
