import { expect, test } from 'vitest';
import { wildcard } from './wildcard.ts';

test.each([
  ['', '', true],
  ['*', '', true],
  ['*', 'a\nb', true],
  ['a*c', 'abbbc', true],
  ['a*c', 'abbbcd', false],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['a.c', 'abc', false],
  ['(a|b)[c]+$^{1}/-', '(a|b)[c]+$^{1}/-', true],
  ['\\*', '*', true],
  ['\\*', 'a', false],
  ['a\\\\b', 'a\\b', true],
  ['end\\', 'end\\', true],
  ['Describe*', 'DescribeImages', true],
  ['describe*', 'DescribeImages', false],
])('%j and %j: %s', (pattern, text, expected) => {
  expect(wildcard(pattern).test(text)).toBe(expected);
});
