import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { allSuites } from './suites.ts';

const LINES = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8').split('\n');
/** The file of tests that a row of a table is of, by its path below this folder, and the cells after it. */
const ROWS = LINES.flatMap(line => {
  const [, file, link, rest] = /^\| \[(\S+)\]\((\S+)\) \| (.+) \|$/.exec(line) ?? [];
  return file === undefined ? [] : [{ file, link, cells: rest!.split(' | ') }];
});

it('every file of bats tests has a row, once', () => {
  const files = globSync('**/*.bats', { cwd: import.meta.dirname }).sort();
  expect(files.length).toBeGreaterThan(30);
  expect(ROWS.map(({ file }) => file).sort()).toEqual(files);
  expect(ROWS.filter(({ file, link }) => file !== link)).toEqual([]);
});

it('and names the suite that runs it', () => {
  const suites = allSuites().flatMap(({ name, commands }) =>
    commands.map(({ file }) => [file, `\`${name}\``] as const),
  );
  const named = ROWS.filter(({ file }) => !file.startsWith('image/')).map(({ file, cells }) => [
    `test/${file}`,
    cells[0],
  ]);
  expect(named.sort()).toEqual(suites.filter(([file]) => file !== undefined).sort());
});

it('every suite has a row', () => {
  const rows = LINES.flatMap(line => /^\| `([a-z-]+)` \| /.exec(line)?.[1] ?? []);
  expect(rows).toEqual(allSuites().map(({ name }) => name));
});
