import { expect, test } from 'vitest';
import { type Column, table, wrap } from './table.ts';

interface Row {
  id: string;
  name: string;
  arch: string;
}
const COLUMNS: Column<Row>[] = [
  { title: 'image', value: ({ id }) => id },
  { title: 'name', value: ({ name }) => name, below: true },
  { title: 'arch', value: ({ arch }) => arch },
];
const ROWS = [
  { id: 'ami-1', name: 'lava-8.1.0-debian12-py3.11-x86_64-2026', arch: 'x86_64' },
  { id: 'ami-22', name: '', arch: 'arm64' },
];
const bold = (text: string) => `<${text}>`;
const isFirst = ({ id }: Row) => id === 'ami-1';

test('without a terminal it is plain, one line for each row, however long', () => {
  expect(table(COLUMNS, ROWS, { width: undefined, standsOut: isFirst, emphasis: bold })).toEqual([
    'image   name                                    arch',
    'ami-1   lava-8.1.0-debian12-py3.11-x86_64-2026  x86_64',
    'ami-22                                          arm64',
  ]);
});

test('on a wide terminal what stands out is marked and drawn so', () => {
  expect(table(COLUMNS, ROWS, { width: 80, standsOut: isFirst, emphasis: bold })).toEqual([
    '  image   name                                    arch',
    '<* ami-1   lava-8.1.0-debian12-py3.11-x86_64-2026  x86_64>',
    '  ami-22                                          arm64',
  ]);
});

test('on a narrower one some columns go below', () => {
  expect(table(COLUMNS, ROWS, { width: 30 })).toEqual([
    'image   arch',
    'ami-1   x86_64',
    '  name: lava-8.1.0-debian12-',
    '    py3.11-x86_64-2026',
    'ami-22  arm64',
  ]);
});

test('on a very narrow one each row is a list', () => {
  const lines = table(COLUMNS, ROWS, { width: 13, standsOut: isFirst });
  expect(lines.slice(0, 3)).toEqual(['* ami-1', '  name:', '    lava-']);
  expect(lines).toContain('  arch: arm64');
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(13);
});

test.each([20, 40, 60, 79, 80, 120])('nothing is wider than %i columns', width => {
  for (const line of table(COLUMNS, ROWS, { width, standsOut: isFirst }))
    expect(line.length).toBeLessThanOrEqual(width);
});

test('lines break at spaces, else at hyphens, else anywhere, and lose nothing', () => {
  expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
  expect(wrap('abcdefghijklmnop', 10, '  ')).toEqual(['abcdefghij', '  klmnop']);
  const text = 'used by: prod-core, prod-other, a-very-long-name-of-a-stack-that-fills-more-than-a-line';
  expect(wrap(text, 24, '  ').join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
});
