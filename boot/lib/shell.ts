import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { Failure } from './failure.ts';
import type { Journal } from './journal.ts';
import { RUN_FOLDER } from './report.ts';

/**
 * What bash starts with: its output goes to syslog line by line, standard error marked as such, and stays connected
 * when a background process outlives the shell. NUL and carriage return would end a message or spoil it. Then it reads
 * the commands from descriptor 3, so that they show in no list of processes, and reports on descriptor 4 how each
 * ended; the log hears of failures on 5, the standard error of the beginning. None of the three reaches the commands.
 */
const DRIVER = `
lava_log() { exec 3<&- 4>&-; stdbuf -oL tr '\\000\\r' ' \\n' | exec logger -e -t "$0" -p "local0.$1" --size 8000 --socket-errors=off; }
exec > >(lava_log info) 2> >(lava_log err)
unset -f lava_log
exec 5>&2
lava_ended() { echo "$1 $3" >&4; [ "$3" -eq 0 ] || echo "command $1 of $2 ended with status $3" >&5; }
IFS= read -r -d '' -u 3 lava_commands
exec 3<&-
eval "$lava_commands"
`;

/**
 * Runs commands with bash as root, one after the other in one shell, and waits for it, however long it takes. A
 * command that fails does not stop the next; one that ends the shell (exit, exec, set -e) doesn't either: those after it
 * get a new shell. Logs output and failures under `tag`, and ends in one error that says which commands failed.
 */
export async function runCommands(
  commands: string | string[],
  tag: string,
  journal: Journal,
  folder = RUN_FOLDER,
): Promise<void> {
  const list = typeof commands === 'string' ? [commands] : commands;
  const failed: string[] = [];
  for (let first = 0; first < list.length; ) {
    const { ended, exit } = await runShell(list, first, tag, folder);
    const fail = (position: number, how: string) => failed.push(`command ${position} of ${list.length} (${how})`);
    for (const [position, status] of ended) if (status !== 0) fail(position, `status ${status}`);
    first = ended.at(-1)?.[0] ?? first;
    if (first === list.length) break;
    first++;
    if (exit !== 'status 0') fail(first, exit);
    if (first < list.length)
      journal.notice(`command ${first} of ${list.length} ended the shell (${exit}); a new one goes on`);
  }
  const ran = list.length === 1 ? '1 command' : `${list.length} commands`;
  journal.did(`ran ${ran}`);
  if (failed.length > 0)
    throw new Failure(`failed: ${failed.slice(0, 20).join(', ')}${failed.length > 20 ? ', ...' : ''}`);
}

/** One shell for the commands from `first` on: how those ended that did (position from 1, status), and how it ended. */
async function runShell(list: string[], first: number, tag: string, folder: string) {
  const script = list
    .map((command, index) => `eval ${quote(command)} 4>&- 5>&-\nlava_ended ${index + 1} ${list.length} $?\n`)
    .slice(first)
    .join('');
  const input = namelessFile(folder);
  const reports = namelessFile(folder);
  writeSync(input.write, `unset lava_commands\n${script}`);
  const shell = spawn('bash', ['-c', DRIVER, tag], {
    stdio: ['ignore', 'ignore', 'ignore', input.read, reports.write],
    env: { ...process.env, HOME: '/root', USER: 'root', LOGNAME: 'root', SHELL: '/bin/bash' },
  });
  try {
    const exit = await endOf(shell);
    const lines = readFileSync(reports.read, 'utf8').split('\n').filter(Boolean);
    return { ended: lines.map(line => line.split(' ').map(Number) as [number, number]), exit };
  } finally {
    for (const { read, write } of [input, reports]) {
      closeSync(read);
      closeSync(write);
    }
  }
}

/** How a process ended, once it has: not when its output ends, which a background process may hold open. */
async function endOf(shell: ChildProcess): Promise<string> {
  const [status, signal] = await once(shell, 'exit');
  return signal === null ? `status ${status}` : `signal ${signal}`;
}

/** A file in memory (/run) that only root may read and that has no name any more: nothing remains of what it holds. */
function namelessFile(folder: string): { read: number; write: number } {
  mkdirSync(folder, { recursive: true });
  const path = `${folder}/.shell-${process.pid}`;
  rmSync(path, { force: true });
  const write = openSync(path, 'wx', 0o600);
  try {
    return { read: openSync(path, 'r'), write };
  } finally {
    rmSync(path);
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
