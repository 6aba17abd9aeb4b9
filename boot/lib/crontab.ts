import type { Command } from './command.ts';
import { Failure } from './failure.ts';
import { plainLine } from './plain-line.ts';

/**
 * Makes `text` the crontab of a user, as a whole or not at all: the crontab program checks it and swaps it in. Gives
 * false when the user has it already; then nothing is touched. Throws a Failure that says why the old one stays.
 */
export async function installCrontab(user: string, text: Buffer, command: Command): Promise<boolean> {
  const crontab = complete(text);
  if ((await currentCrontab(user, command)) === crontab.toString('utf8')) return false;
  const { status, stderr } = await command('crontab', ['-u', user, '-'], crontab);
  if (status !== 0) throw new Failure(`the crontab was refused: ${plainLine(stderr.replace(/\n/g, '; '), 500)}`);
  return true;
}

/** Throws a Failure unless the user exists, in /etc/passwd or wherever else the system looks. */
export async function needUser(user: string, command: Command): Promise<void> {
  // getent takes user ids, too, so the name it found must be the one that was asked for.
  const found = /^[\w.@$\\-]+$/.test(user) ? await command('getent', ['passwd', '--', user]) : undefined;
  if (found?.status !== 0 || found.stdout.split(':')[0] !== user) throw new Failure('there is no such user');
}

/** A last line without its newline is a job that cron ignores, or a reason to refuse the whole; so it gets one. */
function complete(text: Buffer): Buffer {
  if (text.includes(0)) throw new Failure('the object is not a crontab: it holds binary data');
  if (text.includes('\r')) throw new Failure('the object has Windows line ends: cron would hand them to each command');
  const ends = text.length === 0 || text.at(-1) === 0x0a;
  return ends ? text : Buffer.concat([text, Buffer.from('\n')]);
}

/** The user's crontab, or undefined when there is none. */
async function currentCrontab(user: string, command: Command): Promise<string | undefined> {
  const { status, stdout, stderr } = await command('crontab', ['-l', '-u', user]);
  if (status === 0) return stdout;
  if (/no crontab for/.test(stderr)) return undefined;
  if (status === 127) throw new Failure('there is no crontab program on this image');
  throw new Failure(`the present crontab cannot be read: ${plainLine(stderr.replace(/\n/g, '; '), 500)}`);
}
