import { linkSync, lstatSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { readJson } from './json-file.ts';
import { type Identity, identityOf, isRunning } from './process-identity.ts';

/**
 * The first lock of a build. Who takes over from a dead process makes the next one, `running.lock.2`: a lock is only
 * ever removed by the process that made it, so that of two that find it dead, one gets the next and none loses its own.
 */
const LOCK = 'running.lock';

/** Who holds a lock. */
export interface Holder extends Identity {
  host: string;
}

/** What came of locking a build. */
export interface Lock {
  /** The process that holds it: this one, or the other that was there before. */
  holder: Holder;
  /** Gives the lock back; missing where another process holds it. */
  release?: () => void;
}

/**
 * How a build is locked: not at all; by a process that has died; by one that runs; or by one of another machine, of
 * which can't be known from here whether it runs.
 */
export type Locked = { state: 'free' | 'dead' } | { state: 'held' | 'elsewhere'; holder: Holder };

/** Makes sure that one process at a time makes a build, or goes on with it. One that has died holds nobody up. */
export function lockBuild(folder: string): Lock {
  const holder: Holder = { ...identityOf(process.pid), host: hostname() };
  const ours = join(folder, `${LOCK}-${process.pid}.new`);
  try {
    // It is written before it is there, so that nobody reads half of it.
    writeFileSync(ours, JSON.stringify(holder));
    for (;;) {
      const last = lastLock(folder);
      const locked = last === undefined ? undefined : stateOf(last.file);
      if (locked && 'holder' in locked) return { holder: locked.holder };
      // It was given back meanwhile.
      if (locked?.state === 'free') continue;
      const next = join(folder, nameOf((last?.number ?? 0) + 1));
      if (linkAnew(ours, next)) return { holder, release: () => rmSync(next, { force: true }) };
    }
  } finally {
    rmSync(ours, { force: true });
  }
}

/** How the build in this folder is locked. */
export function lockOf(folder: string): Locked {
  const last = lastLock(folder);
  return last === undefined ? { state: 'free' } : stateOf(last.file);
}

function stateOf(file: string): Locked {
  const holder = readJson(file);
  if (!isHolder(holder)) return { state: lstatSync(file, { throwIfNoEntry: false }) ? 'dead' : 'free' };
  if (holder.host !== hostname()) return { state: 'elsewhere', holder };
  return isRunning(holder) ? { state: 'held', holder } : { state: 'dead' };
}

function isHolder(content: unknown): content is Holder {
  const { pid, host, started } = (content ?? {}) as Record<string, unknown>;
  return Number.isInteger(pid) && Number(pid) > 0 && typeof host === 'string' && typeof started === 'string';
}

function lastLock(folder: string): { number: number; file: string } | undefined {
  const numbers = readdirSync(folder).flatMap(name => {
    const [, , number = '1'] = /^running\.lock(\.([1-9]\d*))?$/.exec(name) ?? [];
    return name === nameOf(Number(number)) ? [Number(number)] : [];
  });
  const number = Math.max(0, ...numbers);
  return number > 0 ? { number, file: join(folder, nameOf(number)) } : undefined;
}

function nameOf(number: number): string {
  return number === 1 ? LOCK : `${LOCK}.${number}`;
}

/** False if there is such a file already. */
function linkAnew(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
