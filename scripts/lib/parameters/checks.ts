import { closeSync, openSync, statSync } from 'node:fs';
import { nearest } from '../command/nearest.ts';
import { COMPONENTS } from './components.ts';

/** A check says what is wrong with a value and how to mend it, or nothing when the value is fine. */
export type Check = (value: string) => { message: string; fix: string } | undefined;

/** A check for values of one form, told by a pattern that the whole value has to match. */
export function matches(pattern: RegExp, message: string, fix: string): Check {
  return value => (pattern.test(value) ? undefined : { message, fix });
}

/** A check for values out of a short list. */
export function oneOf(values: readonly string[]): Check {
  return value =>
    values.includes(value)
      ? undefined
      : { message: 'is not one of the allowed values', fix: `Use one of: ${values.join(', ')}.` };
}

/** A check for identifiers of AWS resources: `prefix-` and 8 or 17 hexadecimal digits. */
export function resourceId(prefix: string, example: string): Check {
  return matches(
    new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`),
    `is not the id of ${prefix === 'ami' ? 'an AMI' : `a ${{ subnet: 'subnet', sg: 'security group' }[prefix]}`}`,
    `It looks like ${example}: "${prefix}-" and 8 or 17 of the digits 0-9 and a-f.`,
  );
}

/** A check for comma separated lists, each entry of which has to pass. */
export function listOf(check: Check): Check {
  return value => {
    for (const entry of value.split(',')) {
      const problem = check(entry.trim());
      if (problem) return { ...problem, message: `${problem.message} (in "${entry.trim()}")` };
    }
    return undefined;
  };
}

/** A part of the image that can be left out. */
export const component: Check = value =>
  Object.hasOwn(COMPONENTS, value)
    ? undefined
    : { message: 'is not a component', fix: nearest(value, Object.keys(COMPONENTS)) };

/** A zone of the tz database, as this Node knows it: aliases count, abbreviations such as EST and offsets do not. */
export const timeZone: Check = value => {
  const known = /^(UTC|[A-Za-z_]+\/[A-Za-z0-9_+/-]+)$/.test(value) && isTimeZone(value);
  return known
    ? undefined
    : { message: 'is not a zone of the tz database', fix: 'Use a name such as Australia/Sydney or UTC.' };
};

/** A time limit in minutes, of a week at most. */
export const minutes = matches(/^[1-9]\d{0,3}$/, 'is no number of minutes', 'Give a whole number from 1 to 9999.');

/** A file of this machine that can be read. */
export const readableFile: Check = value => {
  try {
    closeSync(openSync(value, 'r'));
    if (statSync(value).isFile()) return undefined;
    return { message: 'is not a file', fix: 'Name a file.' };
  } catch (error) {
    return { message: `can not be read: ${(error as Error).message}`, fix: 'Name a file.' };
  }
};

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** A prefix as S3 keys are made with it: no `/` before it and exactly one after it; the whole bucket is ''. */
export function normalisePrefix(prefix: string): string {
  const bare = prefix.replace(/^\/+|\/+$/g, '');
  return bare === '' ? '' : `${bare}/`;
}
