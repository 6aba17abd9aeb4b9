import { expect, test } from 'vitest';
import { UserMistake } from '../command/problems.ts';
import { naming, readCommandLine } from './command-line.ts';
import { checkOptions, type Options } from './options.ts';

function read(words: string, isTerminal = true): Options {
  const { typed, problems } = readCommandLine(words.split(' ').filter(Boolean));
  return checkOptions(typed, naming, isTerminal, problems);
}

function problemsOf(words: string, isTerminal = true): string[] {
  try {
    read(words, isTerminal);
  } catch (error) {
    if (error instanceof UserMistake) return error.problems.map(({ parameter, message }) => `${parameter} ${message}`);
    throw error;
  }
  return [];
}

test('without anything it lists five images of each architecture and all stacks', () => {
  expect(read('', false)).toEqual({ count: 5, patterns: [], action: 'list', dryRun: false, wait: true, json: false });
});

test('options are understood, long and short, before and after names', () => {
  expect(read('-n 3 a* --arch aarch64 --profile p -r eu-west-1 b -UW')).toEqual({
    count: 3,
    arch: 'arm64',
    profile: 'p',
    region: 'eu-west-1',
    patterns: ['a*', 'b'],
    action: 'ask',
    dryRun: false,
    wait: false,
    json: false,
  });
  expect(read('--set=ami-12 a --dry-run --json', false)).toMatchObject({
    action: 'set',
    image: 'ami-12',
    dryRun: true,
    json: true,
  });
  expect(read('--newest a', false).action).toBe('newest');
  expect(read('--previous a', false).action).toBe('previous');
});

test.each([
  ['--newst a', ['--newst is not an option']],
  ['-n', ['-n needs a value']],
  ['-n 0', ['--number is not a number of images']],
  ['-n -U a', ['-n needs a value']],
  ['--json=yes', ['--json takes no value']],
  ['--arch sparc', ['--arch is not an architecture']],
  ['--set prod', ['--set is not the id of an image', 'STACK-NAME are missing; --set does not update just any stack']],
  ['-U', ['STACK-NAME are missing; --update does not update just any stack']],
  ['-U prod ?*', ['STACK-NAME would update every stack']],
  ['--newest --previous a', ['--previous does not go with --newest']],
  ['-U --json a', ['--json does not go with --update']],
  ['-U --dry-run a', ['--dry-run does not go with --update']],
  ['--dry-run a', ['--dry-run needs an update to try']],
])('%s', (words, expected) => expect(problemsOf(words)).toEqual(expected));

test('-U without a terminal is refused', () => {
  expect(problemsOf('-U a', false)).toEqual(['--update asks questions, and there is no terminal to answer them']);
});
