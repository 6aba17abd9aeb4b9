import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { claimFolder } from '../folder.ts';
import { sendCommand } from './control.ts';
import { lockFile } from './lock.ts';

/** flock's status when somebody else holds the lock. */
const LOCKED = 75;
/** How often a daemon that is starting is tried, in milliseconds. */
const PAUSE = 25;
/** Lines of the log that a failure shows. */
const LAST_LINES = 15;

export interface JoinOptions {
  /** Wait until the base images are there, too; making them takes a minute the first time. */
  base: boolean;
  /** Wait for these stand-ins as well; a list of names, separated by commas. */
  standIns: string;
  onProgress(line: string): void;
}

/** Finds the daemon of a folder or starts it; resolves when it is ready. Throws when it can't be started. */
export async function joinCloud(folder: string, { base, standIns, onProgress }: JoinOptions) {
  const options = new URLSearchParams({ base: base ? 'yes' : 'no', 'stand-ins': standIns });
  let launched: ChildProcess | undefined;
  for (;;) {
    const outcome = await sendCommand(folder, `/enter?${options}`, onProgress);
    if (outcome && 'ready' in outcome) return outcome.ready;
    if (outcome && 'failed' in outcome) throw new Error(`${outcome.failed}\nThe log has more: ${logFile(folder)}`);
    if (launched && launched.exitCode !== null && launched.exitCode !== LOCKED) {
      throw new Error(`The local cloud did not start. The end of ${logFile(folder)}:\n${lastLines(folder)}`);
    }
    // A lock that is held means that another daemon is about to answer, or about to end.
    if (!launched || launched.exitCode === LOCKED) launched = launch(folder);
    await setTimeout(PAUSE);
  }
}

/** Starts a daemon that belongs to no terminal, unless there is one: it holds the folder's lock while it lives. */
function launch(folder: string): ChildProcess {
  claimFolder(folder);
  const log = openSync(logFile(folder), 'a', 0o600);
  const lock = ['--nonblock', '--no-fork', `--conflict-exit-code=${LOCKED}`, lockFile(folder)];
  const daemon = [process.execPath, join(import.meta.dirname, 'daemon.ts'), folder];
  const child = spawn('flock', [...lock, ...daemon], { cwd: '/', detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  child.unref();
  return child;
}

function lastLines(folder: string): string {
  return readFileSync(logFile(folder), 'utf8').trimEnd().split('\n').slice(-LAST_LINES).join('\n');
}

function logFile(folder: string): string {
  return join(folder, 'daemon.log');
}
