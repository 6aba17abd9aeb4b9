import { lstatSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { syncFolder } from '../atomic-file.ts';
import { Failure } from '../failure.ts';

/**
 * Makes the folders that lead to a swap file and gives what stands in its own place: nothing, or a regular file.
 * Throws a Failure where the way leads through a symbolic link, off the root volume, or to something else.
 */
export function preparePlace(swapFile: string, root: string): 'free' | 'file' {
  const steps = swapFile.split('/').slice(1);
  const volume = statSync(root).dev;
  let folder = '/';
  for (const step of steps.slice(0, -1)) {
    folder = join(folder, step);
    const found = lstatSync(folder, { throwIfNoEntry: false });
    if (found === undefined) {
      needVolume(dirname(folder), volume);
      mkdirSync(folder, { mode: 0o755 });
      syncFolder(dirname(folder));
    } else if (found.isSymbolicLink()) {
      throw new Failure(`${folder} is a symbolic link, and a swap file is never made through one`);
    } else if (!found.isDirectory()) {
      throw new Failure(`${folder} is not a folder`);
    }
  }
  needVolume(folder, volume);
  const found = lstatSync(swapFile, { throwIfNoEntry: false });
  if (found === undefined) return 'free';
  if (found.isSymbolicLink())
    throw new Failure(`${swapFile} is a symbolic link, and a swap file is never made through one`);
  if (!found.isFile()) throw new Failure(`${swapFile} is there and is not a file`);
  return 'file';
}

function needVolume(folder: string, volume: number): void {
  if (statSync(folder).dev !== volume) throw new Failure(`${folder} is not on the root volume`);
}
