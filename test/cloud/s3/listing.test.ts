import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { KeyIndex } from './key-index.ts';
import { listKeys } from './listing.ts';

function indexOf(keys: Iterable<string>): KeyIndex {
  const index = new KeyIndex();
  index.addAll(keys);
  return index;
}

/** All pages, one after the other. */
function listAll(index: KeyIndex, request: { prefix?: string; delimiter?: string; maxKeys: number; after?: string }) {
  const pages = [];
  for (let after: string | undefined = request.after ?? ''; after !== undefined; ) {
    const page = listKeys(index, { prefix: '', delimiter: '', ...request, after });
    pages.push(page);
    after = page.next;
  }
  return {
    pages,
    keys: pages.flatMap(page => page.keys),
    commonPrefixes: pages.flatMap(page => page.commonPrefixes),
  };
}

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Keys of all kinds; the same at each run. */
function randomKeys(count: number, seed = 1): string[] {
  let state = seed;
  const next = (limit: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % limit;
  };
  const letters = ['a', 'b', '/', '/', '..', ' ', '+', '=', 'é', '\uFFFD', '\u{1F600}', 'z'];
  const keys = new Set<string>();
  while (keys.size < count) keys.add(Array.from({ length: 1 + next(9) }, () => letters[next(letters.length)]).join(''));
  return [...keys];
}

describe('paging', () => {
  const keys = randomKeys(2500);
  const sorted = [...keys].sort(byBytes);

  it.each([1, 7, 999, 1000, 2500])(
    'gives each of 2,500 keys once, in the order of their bytes, %s at a time',
    maxKeys => {
      const { keys: listed, pages } = listAll(indexOf(keys), { maxKeys });
      expect(listed).toEqual(sorted);
      expect(pages.every(page => page.keys.length <= maxKeys)).toBe(true);
      expect(pages.length).toBe(Math.ceil(2500 / maxKeys));
    },
  );

  it.each([
    { prefix: 'a', delimiter: '/' },
    { prefix: '', delimiter: '/' },
    { prefix: 'a/', delimiter: '/' },
    { prefix: '', delimiter: 'é' },
    { prefix: 'b', delimiter: '..' },
    { prefix: '\u{1F600}', delimiter: '' },
  ])('with $prefix and $delimiter gives what a slow and simple listing gives', ({ prefix, delimiter }) => {
    const below = sorted.filter(key => key.startsWith(prefix));
    const groupOf = (key: string) => {
      const at = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
      return at < 0 ? undefined : key.slice(0, at + delimiter.length);
    };
    const groups = [...new Set(below.map(groupOf).filter(group => group !== undefined))];
    for (const maxKeys of [1, 3, 1000]) {
      const listed = listAll(indexOf(keys), { prefix, delimiter, maxKeys });
      expect(listed.keys).toEqual(below.filter(key => groupOf(key) === undefined));
      expect(listed.commonPrefixes).toEqual(groups);
    }
  });

  it('goes on behind any key, whether it is there or not', () => {
    for (const after of ['b', 'a/', '\uFFFD', '\u{1F600}', 'zzzz', sorted[1200]!]) {
      expect(listAll(indexOf(keys), { maxKeys: 100, after }).keys).toEqual(
        sorted.filter(key => byBytes(key, after) > 0),
      );
    }
  });
});

describe('the index', () => {
  it('stays sorted while keys come and go', () => {
    const keys = randomKeys(300, 7);
    const index = new KeyIndex();
    for (const key of keys) index.add(key);
    for (const key of keys) index.add(key);
    for (const key of keys.slice(0, 100)) index.remove(key);
    index.remove('never there');
    expect(index.size).toBe(200);
    expect(listAll(index, { maxKeys: 50 }).keys).toEqual(keys.slice(100).sort(byBytes));
  });

  it('orders characters beyond the basic plane behind all others, unlike JavaScript', () => {
    expect(listAll(indexOf(['\u{10000}', '\uFFFD', 'a']), { maxKeys: 10 }).keys).toEqual(['a', '\uFFFD', '\u{10000}']);
  });
});

it('gives nothing, and no next page, when nothing is asked for', () => {
  expect(listKeys(indexOf(['a']), { prefix: '', delimiter: '', maxKeys: 0, after: '' })).toEqual({
    keys: [],
    commonPrefixes: [],
  });
});
