import type { Journal } from './journal.ts';
import { plainLine } from './plain-line.ts';
import { nearestName, sortKeys, type UserData, unknownSubKeys } from './user-data.ts';

const MOST_NAMES = 10;

/** Tells which keys the user data has and which of them nobody obeys; never what they hold. */
export function describeUserData(userData: UserData, journal: Journal): void {
  switch (userData.kind) {
    case 'absent':
      journal.did('no user data');
      break;
    case 'mistake':
      journal.failed(`${userData.message}; nothing was done`);
      break;
    case 'foreign':
      journal.notice(`user data is not JSON but looks like ${userData.format}; nothing for the boot scripts to do`);
      break;
    case 'object':
      describeKeys(userData.object, journal);
  }
}

function describeKeys(object: Record<string, unknown>, journal: Journal): void {
  const { known, unknown } = sortKeys(object);
  journal.did(known.length === 0 ? 'user data has none of our keys' : `user data has ${known.join(', ')}`);
  if (unknown.length > 0) journal.warning(`unknown keys: ${list(unknown, name => nearestName(name))}`);
  for (const key of known) {
    const below = unknownSubKeys(key, object[key]);
    if (below.length > 0) journal.warning(`unknown keys in ${key}: ${list(below, name => nearestName(name, key))}`);
  }
}

function list(names: string[], nearest: (name: string) => string): string {
  const shown = names.slice(0, MOST_NAMES).map(name => `"${plainLine(name, 40)}" (nearest known: ${nearest(name)})`);
  return shown.join(', ') + (names.length > shown.length ? `, and ${names.length - shown.length} more` : '');
}
