import type { Command } from './command.ts';
import { installCrontab, needUser } from './crontab.ts';
import { Failure } from './failure.ts';
import type { Journal } from './journal.ts';
import { plainLine } from './plain-line.ts';
import { parseS3Url } from './s3-url.ts';
import { checkKey } from './schema.ts';
import { describeThrown } from './thrown.ts';
import { faultSentence, wrongShape } from './user-data.ts';

/** Gives the bytes of an object in S3. */
export type Fetch = (bucket: string, key: string) => Promise<Buffer>;

/**
 * Obeys the crontab key of the user data, whatever it holds. Each user is a matter of its own: what is wrong with one
 * of them is one error, and the others get their crontab. `connect` is called once, when there is something to fetch.
 */
export async function installCrontabs(
  value: unknown,
  connect: () => Promise<Fetch>,
  journal: Journal,
  command: Command,
): Promise<void> {
  const checked = checkKey('crontab', value);
  const faults = 'faults' in checked ? checked.faults : [];
  if (faults.some(({ path }) => path.length === 0)) throw wrongShape('crontab', faults);

  for (const fault of faults)
    journal.failed(`${faultSentence('crontab', fault)}: no crontab was installed for that user`);
  const wrong = new Set(faults.map(({ path }) => path[0]));
  const users = Object.entries(value as Record<string, string>).filter(([user]) => !wrong.has(user));
  if (users.length === 0) return;

  let fetch: Fetch;
  try {
    fetch = await connect();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(`no crontab was fetched: ${error.message}`);
  }
  await Promise.all(users.map(([user, url]) => installOne(user, url, fetch, journal, command)));
}

async function installOne(user: string, url: string, fetch: Fetch, journal: Journal, command: Command): Promise<void> {
  const name = plainLine(user, 60);
  try {
    await needUser(user, command);
    const { bucket, key } = parseS3Url(url);
    const changed = await installCrontab(user, await fetch(bucket, key), command);
    journal.did(`crontab of ${name} ${changed ? 'installed' : 'unchanged'}`);
  } catch (error) {
    journal.failed(
      `crontab of ${name} from ${plainLine(url, 300)}: ${describeThrown(error)}; nothing was changed for this user`,
    );
  }
}
