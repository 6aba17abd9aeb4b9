import * as v from 'valibot';

/**
 * The user data that the boot scripts obey. Types, checks, user-data.schema.json and the table in README.md all come
 * from this declaration. Messages never quote a value: user data carries secrets.
 */

const GIBIBYTE = 2 ** 30;
/** mkswap wants ten pages, and pages have up to 64 KiB; a round number above that. */
const SMALLEST_SWAP = 2 ** 20;
/** In UTF-8, by the S3 user guide. */
const LONGEST_S3_KEY = 1024;

const command = v.pipe(
  v.string('must be a string'),
  v.check(text => !text.includes('\0'), 'holds a NUL character, which no command can'),
);
const commands = v.union([command, v.array(command, 'must be a list')], 'must be a string or a list of strings');

const crontabUrl = v.pipe(
  v.string('must be a string, s3://bucket/key'),
  v.regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/[\s\S]+$/, 'must look like s3://bucket/key'),
  v.check(isS3Key, `has a key that S3 doesn't allow: at most ${LONGEST_S3_KEY} bytes of valid Unicode`),
);

const swapSize = v.pipe(
  v.union(
    [
      v.pipe(v.number('must be a number'), v.minValue(0, 'must not be negative')),
      v.pipe(v.string('must be a number'), v.regex(/^\s*\d+(\.\d+)?\s*$/, 'must be a number such as 2 or "0.5"')),
    ],
    'must be a number of GiB, such as 2 or "0.5"',
  ),
  v.check(size => Number.isFinite(Number(size)), 'must be a finite number'),
  v.check(size => Number(size) === 0 || swapBytes(size) >= SMALLEST_SWAP, 'must be 0 or at least 0.001 (GiB)'),
);

const swapFile = v.pipe(
  v.string('must be a string'),
  v.regex(/^(\/(?!\.{1,2}(\/|$))[^/]+)+$/, 'must be the absolute path of a file, without . and ..'),
  v.check(path => !/\p{Cc}/u.test(path), 'holds control characters'),
);

export const KEYS = {
  crontab: v.pipe(
    v.record(v.string(), crontabUrl, 'must be an object of user names, each with s3://bucket/key'),
    v.description('For each Linux user, by name, the S3 object that holds their crontab.'),
  ),
  shell: v.pipe(
    commands,
    v.description('A command or a list of commands, run by bash as root after all other scripts.'),
  ),
  shell0: v.pipe(commands, v.description('The same as shell, but run before the other scripts.')),
  swap: v.pipe(
    v.object(
      {
        size: v.pipe(v.optional(swapSize, 0), v.description('Size in GiB, fractions allowed; 0 means no swap.')),
        file: v.pipe(
          v.optional(swapFile, '/swapfile'),
          v.description('Absolute path of the swap file. It must be on the root volume.'),
        ),
      },
      'must be an object such as {"size": 2}',
    ),
    v.description('Swap space in a file.'),
  ),
};

/** The whole document, for the published schema. At boot each script checks its own key only. */
export const userDataSchema = v.pipe(
  v.object({
    crontab: v.optional(KEYS.crontab),
    shell: v.optional(KEYS.shell),
    shell0: v.optional(KEYS.shell0),
    swap: v.optional(KEYS.swap),
  }),
  v.title('User data of a lava instance'),
);

export type Key = keyof typeof KEYS;
export type Value<K extends Key> = v.InferOutput<(typeof KEYS)[K]>;

/** One thing wrong with a value: where it is below the key, and what is wrong, without quoting the value. */
export interface Fault {
  path: (string | number)[];
  message: string;
}

/** The value of a key in its proper type, or everything that is wrong with it. */
export function checkKey<K extends Key>(key: K, value: unknown): { value: Value<K> } | { faults: Fault[] } {
  const schema = KEYS[key];
  // To valibot a list is an object, too.
  if (Array.isArray(value) && 'message' in schema && (schema.type === 'object' || schema.type === 'record')) {
    return { faults: [{ path: [], message: String(schema.message) }] };
  }
  const result = schema.type === 'record' ? checkEntries(schema, value) : check(schema, value);
  return result as { value: Value<K> } | { faults: Fault[] };
}

type Schema = v.GenericSchema<unknown, unknown>;

function check(schema: Schema, value: unknown): { value: unknown } | { faults: Fault[] } {
  const result = v.safeParse(schema, value, { abortPipeEarly: true });
  return result.success ? { value: result.output } : { faults: result.issues.map(issue => fault(issue)) };
}

/** Entry by entry: valibot passes over names such as constructor, which are names like any other to those who have them. */
function checkEntries(schema: Schema & { value: Schema }, value: unknown): { value: unknown } | { faults: Fault[] } {
  if (typeof value !== 'object' || value === null) return check(schema, value);
  const entries = Object.entries(value).map(([name, inner]) => ({ name, checked: check(schema.value, inner) }));
  const faults = entries.flatMap(({ name, checked }) =>
    'faults' in checked ? checked.faults.map(({ path, message }) => ({ path: [name, ...path], message })) : [],
  );
  if (faults.length > 0) return { faults };
  return { value: Object.fromEntries(entries.map(({ name, checked }) => [name, 'value' in checked && checked.value])) };
}

/** Bytes of a swap size, in whole 64 KiB, the largest page Linux has. */
export function swapBytes(size: number | string): number {
  const page = 2 ** 16;
  return Math.floor((Number(size) * GIBIBYTE) / page) * page;
}

/** A union tells of every member that didn't fit; the one that got furthest is what the author meant. */
function fault(issue: v.BaseIssue<unknown>): Fault {
  const path = (issue.path ?? []).map(({ key }) => key as string | number);
  const deeper = (issue.issues ?? []).map(fault).filter(inner => inner.path.length > 0);
  return deeper[0] ?? { path, message: issue.message };
}

function isS3Key(url: string): boolean {
  const key = url.replace(/^s3:\/\/[^/]*\//, '');
  return Buffer.byteLength(key) <= LONGEST_S3_KEY && !/\p{Cs}/u.test(key);
}
