import { expect, it } from 'vitest';
import { OutcomeReader, shownAgain } from './outcome.ts';

function read(text: string, status: number | null = 0, runsTests = true) {
  const reader = new OutcomeReader();
  for (const line of text.split('\n')) reader.take(line);
  return reader.end(status, 'the command', runsTests);
}

const VITEST = `
 RUN  v4.1.12 /checkout

 ❯ boot/lib/retry.test.ts (10 tests | 1 failed) 13858ms
   ✓ waits longer each time  5032ms
   × gives up 5996ms
 ✓ os/layers.test.ts (2 tests) 3ms

⎯⎯⎯⎯⎯⎯⎯ Failed Tests 1 ⎯⎯⎯⎯⎯⎯⎯

 FAIL  boot/lib/retry.test.ts > gives up
AssertionError: expected 1 to be 2
 ❯ boot/lib/retry.test.ts:7:3
⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[1/1]⎯

 Test Files  1 failed | 1 passed (2)
      Tests  1 failed | 11 passed (12)
   Start at  01:06:33
`;

it.each<[string, string, number | null, number, number]>([
  ['bats', '1..2\nok 1 boots in 12ms\nok 2 stops in 3ms', 0, 2, 0],
  ['bats without times', '1..1\nok 1 boots', 0, 1, 0],
  ['bats with a failure', '1..2\nok 1 boots in 12ms\nnot ok 2 stops in 3ms\n# why', 1, 1, 1],
  ['bats with a skipped test', '1..1\nok 1 boots in 0ms # skip not here', 0, 0, 1],
  ['bats whose output has what looks like a result', '1..1\nnot ok 1 a in 1ms\n# ok 2 b', 1, 0, 1],
  ['vitest', '      Tests  2165 passed (2165)', 0, 2165, 0],
  ['vitest in colours', '\x1b[2m      Tests \x1b[22m \x1b[1m\x1b[32m9 passed\x1b[39m\x1b[22m (9)', 0, 9, 0],
  ['vitest with failures', VITEST, 1, 11, 1],
  ['vitest with skipped tests', '      Tests  3 passed | 2 skipped | 1 todo (6)', 0, 3, 3],
  ['vitest with a file that failed', ' FAIL  a.test.ts [ a.test.ts ]\nError: x\n      Tests  3 passed (3)', 1, 3, 1],
  ['several runners', 'Tests  5 passed (5)\nok 1 a in 2ms\nok 2 b in 2ms', 0, 7, 0],
  [
    'a linter that found something',
    'ok 1 a\nx is wrong\nWarning: command "biome check ." exited with non-zero status code',
    1,
    1,
    1,
  ],
  ['a check that could not be done', 'ok 1 a\nNOT CHECKED: shell scripts. There is no shellcheck.', 0, 1, 1],
  ['a crash', 'ok 1 a\nSegmentation fault', 139, 1, 1],
  ['a signal', 'ok 1 a', null, 1, 1],
  ['nothing', '', 0, 0, 1],
])('%s', (_what, text, status, passed, failed) => expect(read(text, status)).toMatchObject({ passed, failed }));

it('a command that is not to run tests may be quiet', () => expect(read('', 0, false)).toMatchObject({ failed: 0 }));

it('keeps what the runners say of a failure, and nothing else', () => {
  const text = '1..3\nnot ok 1 a in 1ms\n# (in test file x.bats, line 3)\n#   `false` failed\nok 2 b in 1ms\nnoise';
  expect(read(text, 1).failures).toEqual([
    { name: 'a', lines: ['not ok 1 a in 1ms', '# (in test file x.bats, line 3)', '#   `false` failed'] },
  ]);
  const [failure] = read(VITEST, 1).failures;
  expect(failure).toEqual({
    name: 'boot/lib/retry.test.ts > gives up',
    lines: [
      'FAIL  boot/lib/retry.test.ts > gives up',
      'AssertionError: expected 1 to be 2',
      ' ❯ boot/lib/retry.test.ts:7:3',
    ],
  });
});

it('keeps what a linter said, of its own output alone', () => {
  const text = [
    '> nx run factory:types\nfine\n> nx run factory:format\n\n> biome check .\n\nx is wrong',
    'Warning: command "biome check ." exited with non-zero status code\n> nx run factory:unit',
  ].join('\n');
  expect(read(text, 1).failures).toEqual([{ name: 'biome check .', lines: ['', '> biome check .', '', 'x is wrong'] }]);
});

it('knows how long tests and files took', () => {
  expect(read('ok 1 a in 1200ms\nok 2 b in 3ms').tests).toEqual([
    { name: 'a', milliseconds: 1200 },
    { name: 'b', milliseconds: 3 },
  ]);
  const { tests, files } = read(VITEST, 1);
  expect(tests).toEqual([
    { name: 'boot/lib/retry.test.ts: waits longer each time', milliseconds: 5032 },
    { name: 'boot/lib/retry.test.ts: gives up', milliseconds: 5996 },
  ]);
  expect(files).toEqual([
    { name: 'boot/lib/retry.test.ts', milliseconds: 13858 },
    { name: 'os/layers.test.ts', milliseconds: 3 },
  ]);
});

it('shows at most 40 lines of a failure again', () => {
  const lines = (count: number) => Array.from({ length: count }, (_, number) => `line ${number}`);
  expect(shownAgain({ name: 'a', lines: lines(40) })).toHaveLength(40);
  const shown = shownAgain({ name: 'a', lines: lines(50) });
  expect(shown).toHaveLength(41);
  expect(shown.at(-1)).toBe('… and 10 more lines, further up');
});
