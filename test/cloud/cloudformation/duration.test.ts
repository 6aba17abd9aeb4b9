import { expect, test } from 'vitest';
import { duration } from './duration.ts';

test.each([
  ['PT15M', 900_000],
  ['PT1H30S', 3_630_000],
  ['PT0S', 0],
])('%s is %i ms', (text, milliseconds) => {
  expect(duration(text)).toBe(milliseconds);
});

test.each(['PT', '15M', 'P1D', 'PT1M1H', ''])('%j is refused', text => {
  expect(() => duration(text)).toThrow('it must be written as PT#H#M#S');
});
