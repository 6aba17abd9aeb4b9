import { closeSync, mkdirSync, openSync } from 'node:fs';
import { attempt } from './attempt.ts';
import { Imds, ImdsDisabled } from './imds.ts';
import { Journal } from './journal.ts';
import { runHere } from './one-process.ts';
import { RUN_FOLDER, recordScript } from './report.ts';
import { checkKey, type Key, type Value } from './schema.ts';
import { PATH } from './search-path.ts';
import { openSyslog } from './syslog.ts';
import { describeThrown } from './thrown.ts';
import { keyOf, readUserData, wrongShape } from './user-data.ts';

/**
 * The frame of every script in rc.d: runs `body`, logs under rclocal.NAME, puts the outcome into the boot report and
 * sets the exit status (0, or 1 when anything failed). `file` is the script's name there, such as 20_swap. Arguments on
 * the command line are scripts to run after it; the first one takes them all.
 */
export async function bootScript(file: string, body: (imds: Imds, journal: Journal) => Promise<void>): Promise<void> {
  const startedAt = new Date().toISOString();
  const start = performance.now();
  process.env.PATH = PATH;
  const syslog = openSyslog(tagOf(file));
  const journal = new Journal(syslog);
  const imds = new Imds();
  await attempt(async () => {
    try {
      await body(imds, journal);
    } catch (error) {
      if (!(error instanceof ImdsDisabled)) throw error;
      sayOnce(journal, error.message);
    }
  }, journal);
  if (journal.problems.length > 0) process.exitCode = 1;
  try {
    recordScript({
      name: file,
      status: journal.problems.length > 0 ? 'failed' : 'ok',
      startedAt,
      durationMs: Math.round(performance.now() - start),
      did: journal.done,
      problems: journal.problems,
    });
  } catch (error) {
    journal.failed(`the boot report could not be written: ${describeThrown(error)}`);
    process.exitCode = 1;
  }
  await syslog.close();
  await runHere(process.argv.splice(2));
}

/**
 * The frame of a script that obeys one key of the user data: `obey` gets its value, checked; without the key nothing
 * happens, and a value of the wrong shape is one error.
 */
export async function keyScript<K extends Key>(
  file: string,
  key: K,
  obey: (value: Value<K>, journal: Journal, imds: Imds) => Promise<void>,
): Promise<void> {
  await bootScript(file, async (imds, journal) => {
    const value = keyOf(await readUserData(imds), key);
    if (value === undefined) return;
    const checked = checkKey(key, value);
    if ('faults' in checked) throw wrongShape(key, checked.faults);
    await obey(checked.value, journal, imds);
  });
}

/** The syslog tag of a script: rclocal.swap for 20_swap. */
export function tagOf(file: string): string {
  return `rclocal.${file.replace(/^\d+[_-]/, '')}`;
}

/** Six scripts find IMDS turned off; the first one says so in the log. */
function sayOnce(journal: Journal, message: string): void {
  try {
    mkdirSync(RUN_FOLDER, { recursive: true });
    closeSync(openSync(`${RUN_FOLDER}/imds-disabled`, 'wx'));
  } catch {
    journal.done.push('nothing, as IMDS is turned off');
    return;
  }
  journal.notice(message);
}
