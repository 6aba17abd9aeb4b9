import { globSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { allSuites, CHECKOUT, onlyFiles, suitesNamed, WrongChoice } from './suites.ts';

const NAMES = ['checks', 'builds', 'amazon-linux', 'failures', 'fuzz', 'machines', 'cloud', 'cli'];
const wordsOf = (name: string) =>
  allSuites()
    .filter(suite => suite.name === name)
    .flatMap(({ commands }) => commands.map(({ words }) => words.join(' ')));

it('every file of bats tests is in one suite, but for those that run on the image', () => {
  const all = globSync('**/*.bats', { cwd: CHECKOUT, exclude: ['**/node_modules/**', '**/dist/**'] }).sort();
  const inSuites = allSuites().flatMap(({ commands }) => commands.flatMap(({ file }) => file ?? []));
  expect(inSuites.sort()).toEqual(all.filter(file => !/^(ami|test\/image)\//.test(file)));
});

it('runs checks first, then what takes longest', () => {
  expect(allSuites().map(({ name }) => name)).toEqual(NAMES);
});

it('checks are done anew, whatever nx remembers; what needs root is only where root is', () => {
  expect(wordsOf('checks')).toEqual([expect.stringMatching(/ run-many .*--skip-nx-cache .* unit unit-shell$/)]);
  const [cloud] = allSuites().find(({ name }) => name === 'cloud')!.commands;
  expect(cloud).toMatchObject({ environment: { SYSTEM_TESTS: 'yes' } });
});

it.each([
  ['', NAMES],
  ['builds', ['builds']],
  ['cli,cloud', ['cloud', 'cli']],
  ['cli cloud', ['cloud', 'cli']],
])('suite=%s', (names, expected) => expect(suitesNamed(names, allSuites()).map(({ name }) => name)).toEqual(expected));

it('a suite that there is not is refused, with the names of those that there are', () => {
  const wrong = () => suitesNamed('builds,machine,x', allSuites());
  expect(wrong).toThrow(WrongChoice);
  expect(wrong).toThrow(/no suite machine, x\. There are: checks, builds, .*, cli\./);
});

it('only some files, by the suites that they are in', () => {
  const names = 'test/e2e/20-failures.bats,./os/layers.test.ts test/cloud/run.system.test.ts,ami/hygiene.bats';
  const suites = onlyFiles(`${names},${join(CHECKOUT, 'test/vm/swap.bats')}`, allSuites());
  expect(suites.map(({ name, commands }) => [name, commands.map(({ file }) => file)])).toEqual([
    ['checks', [undefined, 'os/layers.test.ts', 'ami/hygiene.bats']],
    ['failures', ['test/e2e/20-failures.bats']],
    ['machines', ['test/vm/swap.bats']],
    ['cloud', ['test/cloud/run.system.test.ts']],
  ]);
});

it.each(['test/e2e/21-failures.bats', 'test/image/boot.bats', 'README.md'])('only=%s is refused', file => {
  const wrong = () => onlyFiles(file, allSuites());
  expect(wrong).toThrow(WrongChoice);
  expect(wrong).toThrow(`No tests are in ${file}. There are: test/e2e/10-build.bats, `);
});

it('only nothing is refused, too', () => {
  expect(() => onlyFiles('', allSuites())).toThrow(WrongChoice);
});

it('a file of another suite than those that are asked for is refused', () => {
  const machines = suitesNamed('machines', allSuites());
  expect(() => onlyFiles('test/cli/make.bats', machines)).toThrow('There are: test/vm/swap.bats.');
});
