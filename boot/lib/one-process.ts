import { closeSync, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { RUN_FOLDER, recordScript } from './report.ts';
import { describeThrown } from './thrown.ts';

/**
 * Starting Node takes longer than all that our scripts do, so lava-boot starts the first of ours with the paths of those
 * that come after it, and one process runs one after the other. This line, the second of a file, tells that it is ours:
 * when loaded it does its work and exports `ended`, a promise.
 */
export const MARK = '// A boot script of lava: it may share a process with its neighbours.';

/** Whether the file has the mark. What is there when its turn comes counts: scripts before it may have replaced it. */
export function isOurs(path: string): boolean {
  const head = Buffer.alloc(200);
  try {
    const file = openSync(path, 'r');
    readSync(file, head, 0, head.length, 0);
    closeSync(file);
  } catch {
    return false;
  }
  return head.toString('utf8').split('\n')[1] === MARK;
}

/**
 * Runs scripts in this process, up to the first that isn't ours. The report says which one is at work, so that lava-boot
 * knows whom to blame and where to go on, should it take the process with it.
 */
export async function runHere(paths: string[], folder = RUN_FOLDER): Promise<void> {
  for (const path of paths) {
    if (!isOurs(path)) return;
    const startedAt = new Date().toISOString();
    const start = performance.now();
    recordScript({ name: basename(path), status: 'running', startedAt, did: [], problems: [] }, folder);
    try {
      await createRequire(path)(path).ended;
    } catch (error) {
      // A script tells of what it throws at work; this one is broken as a whole.
      const durationMs = Math.round(performance.now() - start);
      const problems = [`it could not be run: ${describeThrown(error)}`];
      recordScript({ name: basename(path), status: 'failed', startedAt, durationMs, did: [], problems }, folder);
      process.exitCode = 1;
    }
  }
}
