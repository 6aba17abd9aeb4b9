import { chmodSync, lstatSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder } from '../atomic-file.ts';
import { Failure } from '../failure.ts';
import type { Journal } from '../journal.ts';
import { swapBytes, type Value } from '../schema.ts';
import { createSwapFile, gib, lackOfSpace } from './create.ts';
import { addToFstab } from './fstab.ts';
import { activeSwaps, availableMemory, need, type SwapHost, thisHost } from './host.ts';
import { preparePlace } from './place.ts';
import { inspectSwapFile } from './signature.ts';

/** Memory that must remain when a swap area is taken off and its pages come back. */
const MEMORY_MARGIN = 64 * 2 ** 20;

/** Sees to it that the swap file is there in its size, in use, and in fstab. Does nothing where it is so already. */
export async function applySwap(
  { size, file }: Value<'swap'>,
  journal: Journal,
  host: SwapHost = thisHost,
): Promise<void> {
  const bytes = swapBytes(size);
  if (bytes === 0) {
    journal.did('no swap asked for');
    return;
  }

  const present = preparePlace(file, host.root) === 'file' ? inspectSwapFile(file) : undefined;
  if (present?.ours === false)
    throw new Failure(`${file} is there and is not a swap file of ours, so it was left alone`);

  const keep =
    present !== undefined && (present.size === bytes || !(await removeSwap(file, present.size, bytes, journal, host)));
  if (!keep) await createSwapFile(host, file, bytes);
  const swappedOn = await swapOn(file, !keep, host);
  const added = addToFstab(host.fstab, file);
  const shown = gib(keep ? present.size : bytes);
  journal.did(`swap file ${file} of ${shown} ${news(!keep, swappedOn, added)}`);
}

function news(made: boolean, swappedOn: boolean, added: boolean): string {
  if (made) return 'made and swapped on';
  if (swappedOn) return 'swapped on';
  return added ? 'added to fstab' : 'in use already, nothing changed';
}

/**
 * Takes a swap file of another size off and away; gives whether that was done. Where it isn't safe, the present one
 * stays and the journal says why.
 */
async function removeSwap(
  file: string,
  present: number,
  wanted: number,
  journal: Journal,
  host: SwapHost,
): Promise<boolean> {
  const reason = await takeOff(file, present, wanted, host);
  if (reason !== undefined) {
    journal.failed(
      `${file} has ${gib(present)} and ${gib(wanted)} are asked for, but ${reason}; the present one stays`,
    );
    return false;
  }
  rmSync(file);
  syncFolder(dirname(file));
  journal.did(`swap file ${file} of ${gib(present)} taken off, to be replaced`);
  return true;
}

/** Swaps a file off unless there is a reason not to, which is given. */
async function takeOff(file: string, present: number, wanted: number, host: SwapHost): Promise<string | undefined> {
  const shortage = await lackOfSpace(host, dirname(file), wanted, present);
  if (shortage !== undefined) return shortage;
  const used = activeSwaps(host).get(file);
  if (used === undefined) return undefined;
  if (availableMemory(host) < used + MEMORY_MARGIN) return `${gib(used)} of it are in use and don't fit into memory`;
  const { status } = await host.command('swapoff', ['--', file]);
  return status === 0 ? undefined : 'the kernel refused to take it off';
}

/** Puts a swap file to use; gives whether it wasn't before. */
async function swapOn(file: string, isNew: boolean, host: SwapHost): Promise<boolean> {
  if ((lstatSync(file).mode & 0o777) !== 0o600) chmodSync(file, 0o600);
  if (activeSwaps(host).has(file)) return false;
  try {
    await need(host.command, 'swapon', ['--', file]);
  } catch (error) {
    // Space that serves nobody is given back; a file that was there before may serve after the next boot.
    if (isNew) rmSync(file);
    throw error;
  }
  return true;
}
