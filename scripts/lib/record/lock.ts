import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LOCK = 'running.lock';

/**
 * Makes sure that a build is made, or gone on with, once at a time: returns what gives the lock back, or, when another process
 * holds it, that process's id. The lock of a process that has died holds nobody up.
 */
export function lockBuild(folder: string): (() => void) | number {
  const file = join(folder, LOCK);
  const ours = `${file}.${process.pid}`;
  // It is written before it is there, so that nobody reads half of it.
  writeFileSync(ours, String(process.pid));
  try {
    for (;;) {
      try {
        linkSync(ours, file);
        return () => rmSync(file, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = Number(readFileSync(file, 'utf8'));
      if (isAlive(holder)) return holder;
      rmSync(file, { force: true });
    }
  } finally {
    rmSync(ours);
  }
}

/** The living process that works on the build in this folder, if there is one. */
export function workerOf(folder: string): number | undefined {
  const file = join(folder, LOCK);
  const holder = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  return holder > 0 && isAlive(holder) ? holder : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
