import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LOCK = 'running.lock';

/** What came of locking a build. */
export interface Lock {
  /** The process that holds it: this one, or the other that was there before. */
  holder: number;
  /** Gives the lock back; missing where another process holds it. */
  release?: () => void;
}

/** Makes sure that one process at a time makes a build, or goes on with it. One that has died holds nobody up. */
export function lockBuild(folder: string): Lock {
  const file = join(folder, LOCK);
  const ours = `${file}.${process.pid}`;
  // It is written before it is there, so that nobody reads half of it.
  writeFileSync(ours, String(process.pid));
  try {
    for (;;) {
      try {
        linkSync(ours, file);
        return { holder: process.pid, release: () => rmSync(file, { force: true }) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = Number(readFileSync(file, 'utf8'));
      if (isAlive(holder)) return { holder };
      rmSync(file, { force: true });
    }
  } finally {
    rmSync(ours);
  }
}

/** The living process that works on the build in this folder, if there is one. */
export function holderOf(folder: string): number | undefined {
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
