import { closest } from 'fastest-levenshtein';
import { Failure } from './failure.ts';
import { looksLike } from './format.ts';
import type { Imds } from './imds.ts';
import { plainLine } from './plain-line.ts';
import { type Fault, KEYS, type Key } from './schema.ts';

/** In bytes, before base64; EC2 refuses more at launch. */
export const LONGEST_USER_DATA = 16 * 1024;

/** What the instance was given: nothing, an object, or something that is no object and therefore not for us. */
export type UserData =
  | { kind: 'absent' }
  | { kind: 'object'; object: Record<string, unknown> }
  /** JSON, or meant to be, but not an object: a mistake. */
  | { kind: 'mistake'; message: string }
  /** Another format, perhaps one of cloud-init's. */
  | { kind: 'foreign'; format: string };

/** Asks IMDS for the user data and says what it is. */
export async function readUserData(imds: Imds): Promise<UserData> {
  return parseUserData(await imds.get('user-data'));
}

/** Says what a document is. Never fails, and never quotes the document, which carries secrets. */
export function parseUserData(document: Buffer | undefined): UserData {
  const text = document?.toString('utf8').replace(/^\uFEFF/, '') ?? '';
  if (document === undefined || text.trim() === '') return { kind: 'absent' };
  let value: unknown;
  try {
    if (!Buffer.from(document.toString('utf8')).equals(document)) throw new SyntaxError('not UTF-8');
    value = JSON.parse(text);
  } catch {
    const format = looksLike(document);
    if (!format.startsWith('JSON')) return { kind: 'foreign', format };
    return { kind: 'mistake', message: `user data is ${format}: "make check-user-data file=..." says where` };
  }
  if (isObject(value)) return { kind: 'object', object: value };
  return { kind: 'mistake', message: `user data must be a JSON object, not ${typeName(value)}` };
}

/** What a key holds, or undefined when it is absent; what is no object has no keys, and 10_userdata says so. */
export function keyOf(userData: UserData, key: Key): unknown {
  return userData.kind === 'object' && Object.hasOwn(userData.object, key) ? userData.object[key] : undefined;
}

/** The names at the top of user data, those that scripts obey and the others. */
export function sortKeys(object: Record<string, unknown>): { known: Key[]; unknown: string[] } {
  const names = Object.keys(object);
  const known = names.filter((name): name is Key => Object.hasOwn(KEYS, name));
  return { known, unknown: names.filter(name => !Object.hasOwn(KEYS, name)) };
}

/** Names below a key that mean nothing there. (User names below crontab are free.) */
export function unknownSubKeys(key: Key, value: unknown): string[] {
  const schema = KEYS[key];
  if (!('entries' in schema) || !isObject(value)) return [];
  return Object.keys(value).filter(name => !Object.hasOwn(schema.entries, name));
}

/** The known name that a wrong one is nearest to: of all keys, or of those below one. */
export function nearestName(name: string, below?: Key): string {
  const schema = below === undefined ? undefined : KEYS[below];
  const names = schema !== undefined && 'entries' in schema ? Object.keys(schema.entries) : Object.keys(KEYS);
  return closest(name.slice(0, 100).toLowerCase(), names);
}

/** A fault of a key's value as a sentence: `swap.size must not be negative`. */
export function faultSentence(key: Key, { path, message }: Fault): string {
  const place = path.map(step => (typeof step === 'number' ? `[${step}]` : `.${plainLine(step, 60)}`)).join('');
  return `${key}${place} ${message}`;
}

/** All faults of a key's value as one Failure. */
export function wrongShape(key: Key, faults: Fault[]): Failure {
  const shown = faults.slice(0, 5).map(fault => faultSentence(key, fault));
  const more = faults.length > shown.length ? `, and ${faults.length - shown.length} more` : '';
  return new Failure(`${shown.join(', ')}${more}: nothing was done for ${key}`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
