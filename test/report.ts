import { seconds } from '../scripts/lib/command/progress.ts';
import { type Outcome, shownAgain } from './outcome.ts';

/** What came of a command of a suite. */
export interface Ran extends Outcome {
  suite: string;
  /** The file of tests, where it was one. */
  file?: string;
  milliseconds: number;
}

const SLOWEST = 10;
/** A file of unit tests that takes so many milliseconds has a line of its own. */
const LONG = 10_000;

interface Row {
  name: string;
  passed?: number;
  failed?: number;
  milliseconds: number;
}

/**
 * The end of `make test`, line by line: what the runners say of each failure, the slowest tests, how long files and
 * suites took, and last `N passed, N failed`.
 */
export function report(ran: Ran[]): string[] {
  const failures = ran.flatMap(({ suite, file, failures }) =>
    failures.flatMap(failure => ['', `FAILED: ${file ?? suite}: ${failure.name}`, ...shownAgain(failure)]),
  );
  const tests = ran.flatMap(({ file, tests }) =>
    tests.map(({ name, milliseconds }) => ({ name: file ? `${file}: ${name}` : name, milliseconds })),
  );
  const slowest = tests.sort((a, b) => b.milliseconds - a.milliseconds).slice(0, SLOWEST);
  const sum = (key: 'passed' | 'failed') => ran.reduce((total, outcome) => total + outcome[key], 0);
  return [
    ...failures,
    ...(slowest.length > 0 ? ['', 'The slowest tests:'] : []),
    ...slowest.map(({ name, milliseconds }) => `${seconds(milliseconds).padStart(12)}  ${name}`),
    '',
    ...times(ran),
    '',
    `${sum('passed')} passed, ${sum('failed')} failed`,
  ];
}

/** A table of suites, of the files of those that run them one by one, and of others that take long. */
function times(ran: Ran[]): string[] {
  const rows: Row[] = [...new Set(ran.map(({ suite }) => suite))].flatMap(name => {
    const own = ran.filter(({ suite }) => suite === name);
    const total = (key: 'passed' | 'failed' | 'milliseconds') => own.reduce((sum, one) => sum + one[key], 0);
    const files = own.flatMap(one => {
      if (one.file !== undefined) return [{ ...one, name: `  ${one.file}` }];
      const long = one.files.filter(({ milliseconds }) => milliseconds >= LONG);
      return long.map(({ name, milliseconds }) => ({ name: `  ${name}`, milliseconds }));
    });
    return [{ name, passed: total('passed'), failed: total('failed'), milliseconds: total('milliseconds') }, ...files];
  });
  const width = Math.max(0, ...rows.map(({ name }) => name.length));
  return rows.map(({ name, passed, failed, milliseconds }) => {
    const counts = passed === undefined ? '' : `${`${passed} passed`.padStart(11)}, ${`${failed} failed`.padStart(9)}`;
    return `${name.padEnd(width)}  ${counts.padEnd(22)}  ${seconds(milliseconds).padStart(12)}`;
  });
}
