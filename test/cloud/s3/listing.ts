import { compareKeys, type KeyIndex } from './key-index.ts';

export interface ListingRequest {
  prefix: string;
  delimiter: string;
  maxKeys: number;
  /** Start behind this key or common prefix; empty for the beginning. */
  after: string;
}

export interface Listing {
  keys: string[];
  commonPrefixes: string[];
  /** Where to go on: the last key or common prefix given; undefined when nothing is left. */
  next?: string;
}

/** One page of a bucket's keys. Keys that share a prefix up to the delimiter count as one entry. */
export function listKeys(index: KeyIndex, { prefix, delimiter, maxKeys, after }: ListingRequest): Listing {
  const keys: string[] = [];
  const commonPrefixes: string[] = [];
  const groupOf = (key: string) => {
    const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    return end < 0 ? undefined : key.slice(0, end + delimiter.length);
  };
  let last = after;
  let key = first(index, prefix, after, groupOf);
  while (key?.startsWith(prefix)) {
    if (keys.length + commonPrefixes.length >= maxKeys) {
      return maxKeys > 0 ? { keys, commonPrefixes, next: last } : { keys, commonPrefixes };
    }
    const group = groupOf(key);
    if (group === undefined) keys.push(key);
    else commonPrefixes.push(group);
    last = group ?? key;
    key = group === undefined ? index.after(key) : index.afterPrefix(group);
  }
  return { keys, commonPrefixes };
}

function first(index: KeyIndex, prefix: string, after: string, groupOf: (key: string) => string | undefined) {
  if (compareKeys(after, prefix) < 0) return index.atOrAfter(prefix);
  // A page may have ended with a common prefix: the keys below it were all counted with it.
  return groupOf(after) === after ? index.afterPrefix(after) : index.after(after);
}
