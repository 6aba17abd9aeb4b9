import { expect, test } from 'vitest';
import { isOnlyWildcard, matcher } from './patterns.ts';

test('patterns match names, any of them will do, and none means all', () => {
  expect(['prod-a', 'dev-a', 'dev-b'].filter(matcher(['dev-*']))).toEqual(['dev-a', 'dev-b']);
  expect(['prod-a', 'dev-a', 'dev-b'].filter(matcher(['prod-?', 'dev-b']))).toEqual(['prod-a', 'dev-b']);
  expect(['prod-a', 'dev-a'].filter(matcher([]))).toEqual(['prod-a', 'dev-a']);
  expect(['prod-a', 'dev-a'].filter(matcher(['!dev-*']))).toEqual([]);
});

test.each(['*', '**', '?*', '*?', '?', '***', '*/**', '[a-z]*', '{a,*}', '[!x]*', '{*,**}', '?????*', ''])(
  '%j is only a wildcard',
  pattern => expect(isOnlyWildcard(pattern)).toBe(true),
);

test.each(['prod-*', 'p*', '*-core', '{a,b}*', 'prod-[a-c]', 'x'])('%j says something', pattern =>
  expect(isOnlyWildcard(pattern)).toBe(false),
);
