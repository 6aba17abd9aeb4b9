import { expect, it } from 'vitest';
import { type Ran, report } from './report.ts';

const nothing = { failures: [], tests: [], files: [] };
const RAN: Ran[] = [
  {
    ...nothing,
    suite: 'checks',
    passed: 2165,
    failed: 0,
    milliseconds: 58_000,
    tests: [{ name: 'boot/lib/retry.test.ts: waits', milliseconds: 500 }],
    files: [
      { name: 'test/sync/sync.test.ts', milliseconds: 12_000 },
      { name: 'boot/lib/retry.test.ts', milliseconds: 600 },
    ],
  },
  {
    suite: 'cli',
    file: 'test/cli/diff.bats',
    passed: 3,
    failed: 1,
    milliseconds: 61_000,
    failures: [{ name: 'shows what changed', lines: ['not ok 2 shows what changed', '# why'] }],
    tests: Array.from({ length: 12 }, (_, number) => ({ name: `test ${number}`, milliseconds: number * 1000 })),
    files: [],
  },
  { ...nothing, suite: 'cli', file: 'test/cli/make.bats', passed: 7, failed: 0, milliseconds: 2_000 },
];

it('ends with failures, the ten slowest tests, times and the total', () => {
  expect(report(RAN)).toEqual([
    '',
    'FAILED: test/cli/diff.bats: shows what changed',
    'not ok 2 shows what changed',
    '# why',
    '',
    'The slowest tests:',
    '        11 s  test/cli/diff.bats: test 11',
    '        10 s  test/cli/diff.bats: test 10',
    ...[9, 8, 7, 6, 5, 4, 3, 2].map(number => `       ${number}.0 s  test/cli/diff.bats: test ${number}`),
    '',
    'checks                    2165 passed,  0 failed          58 s',
    '  test/sync/sync.test.ts                                  12 s',
    'cli                         10 passed,  1 failed     1 min 3 s',
    '  test/cli/diff.bats         3 passed,  1 failed     1 min 1 s',
    '  test/cli/make.bats         7 passed,  0 failed         2.0 s',
    '',
    '2175 passed, 1 failed',
  ]);
});

it('says so when nothing ran', () => expect(report([]).at(-1)).toBe('0 passed, 0 failed'));
