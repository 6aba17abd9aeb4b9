import { join } from 'node:path';
import { OutcomeReader } from './outcome.ts';
import { Processes } from './processes.ts';
import { type Ran, report } from './report.ts';
import {
  allSuites,
  CHECKOUT,
  type Command,
  type Need,
  onlyFiles,
  type Suite,
  suitesNamed,
  WrongChoice,
} from './suites.ts';

// `make test`: everything that proves the project, unattended. The last line is `N passed, N failed`.
//
//     make test suite=builds,cli              these suites alone (test/README.md has them)
//     make test only=test/vm/swap.bats        these files alone

/** How many suites run at once, after the first. */
const LANES = 3;

const NEEDS: Record<Need, string[]> = {
  packages: ['test/cloud/install'],
  resources: ['node', 'test/fetch.ts', '--expected'],
  'lint-tools': ['test/lint-tools/install'],
};

/** What tests start is started as by a user, not as by the make that runs the tests. */
const OURS = Object.entries(process.env).filter(
  ([name]) => !/^(MAKE(FLAGS|LEVEL)|MFLAGS|PARAMETER(S|_.*))$/.test(name),
);
const ENVIRONMENT = {
  ...Object.fromEntries(OURS),
  // The Node that is locked with the packages comes before the machine's own.
  PATH: `${join(CHECKOUT, 'node_modules/.bin')}:${process.env.PATH}`,
  BATS_LIB_PATH: join(CHECKOUT, 'node_modules'),
};

const processes = new Processes();
const ran: Ran[] = [];

/** Runs one command of a suite. What it prints is shown as it comes, or, `atOnce`, when it has ended. */
async function show(suite: string, { file, words, environment }: Command, atOnce: boolean): Promise<void> {
  if (processes.isStopped) return;
  const what = file ?? suite;
  const lines: string[] = [];
  const print = (line: string) => (atOnce ? lines.push(line) : console.log(line));
  const reader = new OutcomeReader();
  const started = performance.now();
  const say = (line: string) => {
    print(line);
    reader.take(line);
  };
  print(`\n# ${file ? `${suite}: ${file}` : suite}\n`);
  const status = await processes.run(words, { cwd: CHECKOUT, env: { ...ENVIRONMENT, ...environment }, say });
  const outcome = reader.end(status, what, !words.includes('build') || words.includes('unit'));
  ran.push({ suite, ...(file !== undefined && { file }), milliseconds: performance.now() - started, ...outcome });
  if (atOnce) console.log(lines.join('\n'));
}

/** Runs suites one after the other as long as there are any; several lanes share the list. */
async function lane(suites: Suite[], number: number): Promise<void> {
  for (let suite = suites.shift(); suite; suite = suites.shift()) {
    for (const command of suite.commands) await show(suite.name, command, number > 0);
  }
}

/** The suites that are asked for. Throws WrongChoice. */
function chosen(): Suite[] {
  const given = (process.env.PARAMETERS ?? '').split(/\s+/).filter(Boolean);
  const unknown = given.filter(name => name !== 'suite' && name !== 'only');
  if (unknown.length > 0) throw new WrongChoice(`make test takes suite= and only=, not ${unknown.join(', ')}.`);
  const suites = suitesNamed(process.env.PARAMETER_suite ?? '', allSuites());
  return given.includes('only') ? onlyFiles(process.env.PARAMETER_only ?? '', suites) : suites;
}

async function main(): Promise<number> {
  const suites = chosen();
  for (const need of Object.keys(NEEDS) as Need[]) {
    if (!suites.some(({ needs }) => needs.includes(need)) || processes.isStopped) continue;
    const status = await processes.run(NEEDS[need], {
      cwd: CHECKOUT,
      env: ENVIRONMENT,
      say: line => console.log(line),
    });
    if (status !== 0) return status ?? 1;
  }
  if (suites[0]?.name === 'checks') await lane(suites.splice(0, 1), 0);
  await Promise.all(Array.from({ length: LANES }, (_, number) => lane(suites, number)));
  console.log(report(ran).join('\n'));
  return ran.some(({ failed }) => failed > 0) ? 1 : 0;
}

let interrupted = 0;
for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.on(signal, () => {
    if (interrupted > 0) return;
    interrupted = status;
    console.log(`${signal}: stopping what was started`);
    void processes.stop();
  });
}
try {
  const status = await main();
  process.exitCode = interrupted || status;
} catch (error) {
  if (!(error instanceof WrongChoice)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
