import { expect, it } from 'vitest';
import { checkReadConditions, checkWriteConditions } from './conditions.ts';
import type { StoredObject } from './stored-object.ts';

const object = { key: 'k', etag: 'abc', lastModified: '2026-01-01T00:00:10.000Z' } as StoredObject;
const [BEFORE, THEN, AFTER] = [9, 10, 11].map(second => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toUTCString());

it.each([
  [{}, 'send'],
  [{ 'if-match': '"abc"' }, 'send'],
  [{ 'if-match': 'abc' }, 'send'],
  [{ 'if-match': '"x", "abc"' }, 'send'],
  [{ 'if-match': '*' }, 'send'],
  [{ 'if-none-match': '"abc"' }, 'not modified'],
  [{ 'if-none-match': '"x"' }, 'send'],
  [{ 'if-modified-since': BEFORE }, 'send'],
  [{ 'if-modified-since': THEN }, 'not modified'],
  [{ 'if-modified-since': AFTER }, 'not modified'],
  [{ 'if-modified-since': 'nonsense' }, 'send'],
  [{ 'if-none-match': '"x"', 'if-modified-since': AFTER }, 'send'],
  [{ 'if-unmodified-since': THEN }, 'send'],
  [{ 'if-match': '"abc"', 'if-unmodified-since': BEFORE }, 'send'],
])('reading with %j: %s', (headers, verdict) => {
  expect(checkReadConditions(object, headers)).toBe(verdict);
});

it.each([{ 'if-match': '"x"' }, { 'if-unmodified-since': BEFORE }])('reading with %j is refused', headers => {
  expect(() => checkReadConditions(object, headers)).toThrow('pre-conditions');
});

it('writing goes by what is there', () => {
  const write = (current: StoredObject | undefined, headers: Record<string, string>) => () =>
    checkWriteConditions('k', current, headers);
  expect(write(object, {})).not.toThrow();
  expect(write(undefined, { 'if-none-match': '*' })).not.toThrow();
  expect(write(object, { 'if-match': '"abc"' })).not.toThrow();
  expect(write(object, { 'if-none-match': '*' })).toThrow('If-None-Match');
  expect(write(object, { 'if-match': '"x"' })).toThrow('If-Match');
  expect(write(undefined, { 'if-match': '"x"' })).toThrow('does not exist');
  expect(write(object, { 'if-none-match': '"abc"' })).toThrow('can only be');
});
