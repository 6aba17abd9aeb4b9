import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** The file that a daemon holds a lock on for as long as its process lives; the kernel lets go of it in any case. */
export function lockFile(folder: string): string {
  return join(folder, 'lock');
}

/** Waits until no daemon's process is left, at most so many seconds. False if there still is one. */
export function waitForUnlock(folder: string, seconds: number): boolean {
  return spawnSync('flock', [`--timeout=${seconds}`, lockFile(folder), 'true']).status === 0;
}
