import { expect, expectTypeOf, it } from 'vitest';
import type { Declaration } from './parameter.ts';
import { type Values, valuesOf } from './values.ts';

const about = { meaning: 'it', example: 'it' };
const DECLARED = [
  { ...about, name: 'confirm', kind: 'yes/no' },
  { ...about, name: 'wait', kind: 'yes/no', default: 'yes' },
  { ...about, name: 'keep', kind: 'number', required: true },
  { ...about, name: 'grace', kind: 'number', default: '14' },
  { ...about, name: 'older', kind: 'number' },
  { ...about, name: 'regions', kind: 'list' },
  { ...about, name: 'format', values: ['text', 'json'], default: 'text' },
  { ...about, name: 'ami', required: true },
  { ...about, name: 'key' },
] as const satisfies Declaration;

const read = (given: Record<string, string>) =>
  valuesOf(new Map(Object.entries(given).map(([name, value]) => [name, { value, source: 'command line' }])), DECLARED);

it('values that are not given are what the declaration says, or nothing', () => {
  expect(read({ keep: '5', ami: 'ami-1', key: '' })).toEqual({
    confirm: false,
    wait: true,
    keep: 5,
    grace: 14,
    older: undefined,
    regions: [],
    format: 'text',
    ami: 'ami-1',
    key: undefined,
  });
});

it('values that are given are of their kind', () => {
  const given = { confirm: 'yes', wait: 'no', keep: '0', grace: '0', older: '3', regions: 'a,b', format: 'json' };
  expect(read({ ...given, ami: 'ami-1', key: 'k' })).toEqual({
    confirm: true,
    wait: false,
    keep: 0,
    grace: 0,
    older: 3,
    regions: ['a', 'b'],
    format: 'json',
    ami: 'ami-1',
    key: 'k',
  });
});

it('the compiler knows their types', () => {
  expectTypeOf<Values<typeof DECLARED>>().toEqualTypeOf<{
    confirm: boolean;
    wait: boolean;
    keep: number;
    grace: number;
    older: number | undefined;
    regions: string[];
    format: 'text' | 'json';
    ami: string;
    key: string | undefined;
  }>();
});
