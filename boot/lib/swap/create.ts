import { closeSync, constants, fsyncSync, lstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { syncFolder } from '../atomic-file.ts';
import { Failure } from '../failure.ts';
import { fileSystemSpace, need, type SwapHost } from './host.ts';
import { LABEL } from './signature.ts';

const CHUNK = Buffer.alloc(4 * 2 ** 20);

/** What must stay free on the root volume: 5 % of it, and 256 MiB. */
const LEAST_FREE = 256 * 2 ** 20;
const LEAST_FREE_SHARE = 0.05;

/**
 * Makes a swap file of `bytes`. It is written in full under another name, since swapon takes no holes and not every
 * file system can allocate without writing, and gets its own name when it is on disk with its header: a file of that
 * name is always whole. What an attempt left that was cut short is cleared away first.
 */
export async function createSwapFile(host: SwapHost, path: string, bytes: number): Promise<void> {
  const folder = dirname(path);
  const draft = join(folder, `.${basename(path)}.lava-draft`);
  if (lstatSync(draft, { throwIfNoEntry: false })?.isDirectory()) throw new Failure(`${draft} is in the way`);
  rmSync(draft, { force: true });
  const shortage = await lackOfSpace(host, folder, bytes);
  if (shortage !== undefined) throw new Failure(shortage);
  try {
    writeZeros(draft, bytes);
    await need(host.command, 'mkswap', ['--label', LABEL, draft]);
    sync(draft);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  syncFolder(folder);
}

/** Why a file of `bytes` would leave too little of the file system, after `freed` bytes are freed; else undefined. */
export async function lackOfSpace(
  host: SwapHost,
  folder: string,
  bytes: number,
  freed = 0,
): Promise<string | undefined> {
  const space = await fileSystemSpace(host, folder);
  const free = space.free + freed;
  const least = Math.max(LEAST_FREE, space.size * LEAST_FREE_SHARE);
  if (free - bytes >= least) return undefined;
  const most = Math.floor((Math.max(0, free - least) / 2 ** 30) * 100) / 100;
  return (
    `${gib(bytes)} of swap don't fit on the root volume: ${gib(free)} are free and ${gib(least)} must stay free. ` +
    `Make swap.size at most ${most}, or the volume larger`
  );
}

export function gib(bytes: number): string {
  return `${Number((bytes / 2 ** 30).toFixed(3))} GiB`;
}

function writeZeros(path: string, bytes: number): void {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  const file = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    for (let rest = bytes; rest > 0; ) rest -= writeSync(file, CHUNK, 0, Math.min(rest, CHUNK.length));
    fsyncSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw new Failure('the root volume became full');
    throw error;
  } finally {
    closeSync(file);
  }
}

function sync(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
