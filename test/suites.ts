import { globSync } from 'node:fs';
import { join } from 'node:path';

/** The checkout. Files are named by their paths in it. */
export const CHECKOUT = join(import.meta.dirname, '..');

/** What has to be there before a suite runs: Debian's packages, what images are made of, what checks shell scripts. */
export type Need = 'packages' | 'resources' | 'lint-tools';

export interface Command {
  /** The file of tests that it runs, where it is one. */
  file?: string;
  /** A program and its arguments, to be run in the checkout. */
  words: string[];
  environment?: Record<string, string>;
}

export interface Suite {
  name: string;
  needs: Need[];
  commands: Command[];
}

/** A choice of suites or files that there are not; the text names those that there are. */
export class WrongChoice extends Error {}

const VITEST = ['node', 'node_modules/vitest/vitest.mjs', 'run'];
const NX = ['node', 'node_modules/nx/dist/bin/nx.js'];
const NO_DAEMON = { NX_DAEMON: 'false' };
const SYSTEM_TESTS = { SYSTEM_TESTS: 'yes' };
const AMAZON_LINUX = ['test/e2e/50-amazon-linux.bats'];
/** They have a cloud of their own, so that they can run beside the others. */
const FAILURES = ['test/e2e/20-failures.bats', 'test/e2e/22-printed.bats', 'test/e2e/25-resume.bats'];

const files = (...patterns: string[]) =>
  globSync(patterns, { cwd: CHECKOUT, exclude: ['**/node_modules/**', '**/dist/**'] }).sort();
const bats = (file: string): Command => ({ file, words: ['node_modules/bats/bin/bats', '--timing', file] });
const vitest = (file: string): Command =>
  file.endsWith('.system.test.ts')
    ? { file, words: [...VITEST, file], environment: SYSTEM_TESTS }
    : { file, words: [...VITEST, file] };

/**
 * Everything that proves the project. The first suite runs alone, then the others in several lanes at once, each in the
 * lane that is free first: what takes longest comes first.
 */
export function allSuites(): Suite[] {
  // Run anew, whatever nx remembers: what is proved here was seen here.
  const checks = ['run-many', '--output-style=static', '--skip-nx-cache', '-t'];
  const targets = ['format', 'types', 'shell', 'templates', 'dead-code', 'build', 'unit', 'unit-shell'];
  const builds = files('test/e2e/*.bats').filter(file => ![...AMAZON_LINUX, ...FAILURES].includes(file));
  return [
    {
      name: 'checks',
      needs: ['lint-tools'],
      commands: [{ words: [...NX, ...checks, ...targets], environment: NO_DAEMON }],
    },
    { name: 'builds', needs: ['packages', 'resources'], commands: builds.map(bats) },
    { name: 'amazon-linux', needs: ['packages', 'resources'], commands: AMAZON_LINUX.map(bats) },
    { name: 'failures', needs: ['packages', 'resources'], commands: FAILURES.map(bats) },
    {
      // A process for each of its files, so that all take no longer than one.
      name: 'fuzz',
      needs: [],
      commands: [{ words: [...VITEST, '--maxWorkers=5', 'test/fuzz/'], environment: { FUZZ_SECONDS: '60' } }],
    },
    { name: 'machines', needs: ['packages'], commands: files('test/vm/*.bats').map(bats) },
    {
      name: 'cloud',
      needs: ['packages'],
      commands: [{ words: [...VITEST, '.system.test.ts'], environment: SYSTEM_TESTS }],
    },
    { name: 'cli', needs: ['packages', 'resources'], commands: files('test/cli/*.bats').map(bats) },
  ];
}

/** The files of unit tests. */
function unitFiles(): string[] {
  return files('**/*.test.ts', 'ami/**/*.bats').filter(file => !file.endsWith('.system.test.ts'));
}

/** Lists as people type them: commas or spaces between. */
const listed = (text: string) => text.split(/[\s,]+/).filter(Boolean);

/** The suites of these names, separated by commas; without any, all. Throws WrongChoice. */
export function suitesNamed(names: string, suites: Suite[]): Suite[] {
  const wanted = listed(names);
  const known = suites.map(({ name }) => name);
  const unknown = wanted.filter(name => !known.includes(name));
  if (unknown.length > 0) {
    throw new WrongChoice(`There is no suite ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
  }
  return wanted.length === 0 ? suites : suites.filter(({ name }) => wanted.includes(name));
}

/** What runs these files alone, by the suites that they belong to. Throws WrongChoice. */
export function onlyFiles(names: string, suites: Suite[]): Suite[] {
  const wanted = listed(names).map(name => name.replace(/^\.\//, '').replace(`${CHECKOUT}/`, ''));
  const units = unitFiles();
  const systems = files('**/*.system.test.ts');
  const commands = suites.map(({ name, commands }): Map<string, Command> => {
    const own = commands.flatMap(command => (command.file === undefined ? [] : [[command.file, command] as const]));
    const more = name === 'checks' ? units : name === 'cloud' ? systems : [];
    const run = (file: string) => (file.endsWith('.bats') ? bats(file) : vitest(file));
    return new Map([...own, ...more.map(file => [file, run(file)] as const)]);
  });
  const unknown = wanted.filter(file => !commands.some(known => known.has(file)));
  if (unknown.length > 0 || wanted.length === 0) {
    const known = commands.flatMap(known => [...known.keys()]).filter(file => !units.includes(file));
    const unit = suites.some(({ name }) => name === 'checks') ? ', and every *.test.ts beside what it tests' : '';
    throw new WrongChoice(`No tests are in ${unknown.join(', ') || 'no file'}. There are: ${known.join(', ')}${unit}.`);
  }
  return suites.flatMap(({ name, needs }, place): Suite[] => {
    const chosen = wanted.flatMap(file => commands[place]!.get(file) ?? []);
    if (chosen.length === 0) return [];
    // The bundles of the boot scripts are tested, and put on images.
    const build = { words: [...NX, 'run-many', '-t', 'build'], environment: NO_DAEMON };
    return name === 'checks'
      ? [{ name, needs: [], commands: [build, ...chosen] }]
      : [{ name, needs, commands: chosen }];
  });
}
