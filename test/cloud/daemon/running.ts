import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is noted of a daemon from its start to its orderly end. */
export interface RunningDaemon {
  pid: number;
  startedAt: string;
}

export function noteDaemon(folder: string, daemon: RunningDaemon): void {
  writeFileSync(fileIn(folder), `${JSON.stringify(daemon)}\n`);
}

export function forgetDaemon(folder: string): void {
  rmSync(fileIn(folder), { force: true });
}

/** The daemon that runs or, when none does, the one that was killed and may have left machines behind. */
export function notedDaemon(folder: string): RunningDaemon | undefined {
  return existsSync(fileIn(folder)) ? JSON.parse(readFileSync(fileIn(folder), 'utf8')) : undefined;
}

function fileIn(folder: string): string {
  return join(folder, 'daemon.json');
}
