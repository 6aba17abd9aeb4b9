import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import { seconds } from '../scripts/lib/command/progress.ts';
import { ROOT } from '../scripts/lib/command/root.ts';

// `make test`: everything that proves the project, unattended. The last line is `N passed, N failed`.

interface Suite {
  name: string;
  command: string[];
  environment?: Record<string, string>;
}

interface Outcome {
  name: string;
  passed: number;
  failed: number;
  /** What the runners say of tests that failed. */
  failures: string[];
  status: number | null;
  milliseconds: number;
}

/** With the time that each test took. */
const BATS = [join(ROOT, 'node_modules/bats/bin/bats'), '--timing'];

/** What tests start is started as by a user, not as by the make that runs the tests. */
const { MAKEFLAGS, MAKELEVEL, MFLAGS, PARAMETERS, ...OURS } = process.env;
const ENVIRONMENT = {
  ...OURS,
  // The Node that is locked with the packages comes before the machine's own.
  PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env.PATH}`,
  BATS_LIB_PATH: join(ROOT, 'node_modules'),
};

const AMAZON_LINUX = '50-amazon-linux.bats';
const E2E = readdirSync(join(ROOT, 'test/e2e'))
  .filter(name => name.endsWith('.bats') && name !== AMAZON_LINUX)
  .sort();

const FIRST: Suite[] = [
  {
    name: 'checks and unit tests',
    // Run anew, whatever nx remembers: what is proved here was seen here.
    command: [
      process.execPath,
      ...['node_modules/nx/dist/bin/nx.js', 'run-many', '--output-style=static', '--skip-nx-cache'],
      ...['-t', 'lint', 'typecheck', 'build', 'test'],
    ],
    environment: { NX_DAEMON: 'false' },
  },
  {
    name: 'the local cloud',
    command: [process.execPath, 'node_modules/vitest/vitest.mjs', 'run', '.system.test.ts'],
    environment: { SYSTEM_TESTS: 'yes' },
  },
  { name: 'the command line', command: [...BATS, 'test/cli'] },
  // Their processors are emulated: with others at work beside them they would not come up in time.
  { name: 'virtual machines', command: [...BATS, 'test/vm'] },
];

/** What takes longest, side by side. */
const LAST: Suite[] = [
  { name: 'builds', command: [...BATS, ...E2E.map(name => `test/e2e/${name}`)] },
  { name: 'builds of Amazon Linux', command: [...BATS, `test/e2e/${AMAZON_LINUX}`] },
];

/** Counts what the runners say: vitest in its summary, bats line by line. */
function count(line: string, outcome: Outcome): void {
  const text = stripVTControlCharacters(line).trim();
  const vitest = /^Tests +(?:(\d+) failed \| )?(?:(\d+) passed)?/.exec(text);
  outcome.failed += Number(vitest?.[1] ?? (/^not ok \d/.test(text) ? 1 : 0));
  outcome.passed += Number(vitest?.[2] ?? (/^ok \d/.test(text) && !/# skip/.test(text) ? 1 : 0));
  // A skipped test proves nothing, so it counts as failed.
  if (/^ok \d+ .*# skip/.test(text) || /\d+ skipped/.test(vitest ? text : '')) outcome.failed += 1;
  if (/^(not ok \d|ok \d+ .*# skip|FAIL )/.test(text)) outcome.failures.push(text);
}

let stopped = false;

async function run({ name, command: [program = '', ...rest], environment }: Suite, say: (line: string) => void) {
  say(`\n# ${name}\n`);
  const outcome: Outcome = { name, passed: 0, failed: 0, failures: [], status: null, milliseconds: 0 };
  const started = performance.now();
  const child = spawn(program, rest, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...ENVIRONMENT, ...environment },
  });
  // Stopped by somebody, it stops what it has started, and starts nothing more.
  const stop = (signal: NodeJS.Signals) => {
    stopped = true;
    child.kill(signal);
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', line => {
      count(line, outcome);
      say(line);
    });
  }
  outcome.status = await new Promise(resolve => child.on('close', resolve));
  process.off('SIGTERM', stop).off('SIGINT', stop);
  outcome.milliseconds = performance.now() - started;
  // A suite that ended badly without a failed test (a linter, a crash), or that ran nothing, has failed.
  if (outcome.failed === 0 && (outcome.status !== 0 || outcome.passed === 0)) outcome.failed = 1;
  return outcome;
}

const outcomes: Outcome[] = [];

/** Runs a suite. What it prints is shown as it comes, or, `atOnce`, when it has ended. */
async function show(suite: Suite, atOnce = false): Promise<void> {
  if (stopped) return;
  const lines: string[] = [];
  outcomes.push(await run(suite, line => (atOnce ? lines.push(line) : console.log(line))));
  if (atOnce) console.log(lines.join('\n'));
}

for (const suite of FIRST) await show(suite);
await Promise.all(LAST.map((suite, number) => show(suite, number > 0)));
console.log();
for (const { name, failures } of outcomes) for (const failure of failures) console.log(`${name}: ${failure}`);
for (const { name, passed, failed, milliseconds } of outcomes) {
  console.log(`${name.padEnd(24)} ${passed} passed, ${failed} failed, ${seconds(milliseconds)}`);
}
const total = (key: 'passed' | 'failed') => outcomes.reduce((sum, outcome) => sum + outcome[key], 0);
process.exitCode = total('failed') > 0 ? 1 : 0;
console.log(`${total('passed')} passed, ${total('failed')} failed`);
