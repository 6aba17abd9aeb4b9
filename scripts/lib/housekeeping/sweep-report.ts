import { type Column, table } from '../command/table.ts';
import { type Unanswered, unansweredLines } from './question.ts';
import type { Swept, Verdict } from './sweep.ts';

/** What `make sweep` found, and (with confirm=yes) did. */
export interface SweepReport {
  region: string;
  older: number;
  verdicts: readonly Verdict[];
  unanswered: readonly Unanswered[];
  /** Missing where nothing was to be done yet. */
  swept?: readonly Swept[];
}

/** True when everything could be looked for, and everything that was to be removed is gone. */
export function isOk({ unanswered, swept = [] }: SweepReport): boolean {
  return unanswered.length === 0 && swept.every(({ done }) => done === 'removed');
}

/** The report for programs. */
export function sweepAsJson(report: SweepReport): object {
  const { region, older, verdicts, unanswered, swept } = report;
  return {
    ok: isOk(report),
    region,
    older,
    builds: verdicts.map(({ trace, fate, why }) => ({
      buildId: trace.buildId,
      fate,
      why,
      leftovers: trace.leftovers.map(({ kind, id }) => ({ kind, id, ...outcomeOf(swept, kind, id) })),
    })),
    unanswered,
  };
}

/** The report for people, for a terminal of that width; without one, each thing has one line. */
export function sweepAsText(report: SweepReport, width?: number): string {
  const { region, verdicts, unanswered, swept } = report;
  const rows = verdicts.flatMap(({ trace, fate, why }) =>
    trace.leftovers.map(({ kind, id }) => {
      const { done, problem } = outcomeOf(swept, kind, id) ?? {};
      return { build: trace.buildId, left: `${kind} ${id}`, what: done ?? fate, why: problem ?? why };
    }),
  );
  const columns: Column<(typeof rows)[number]>[] = [
    { title: 'BUILD', value: ({ build }) => build },
    { title: 'LEFT', value: ({ left }) => left, below: true },
    { title: 'WHAT', value: ({ what }) => what },
    { title: 'WHY', value: ({ why }) => why, below: true },
  ];
  return [
    ...(rows.length > 0 ? table(columns, rows, { width }) : [`No build left anything in ${region}.`]),
    ...(rows.length > 0 && !swept ? ['', summary(verdicts)] : []),
    ...(unanswered.length > 0
      ? ['', 'Not everything could be looked for:', ...unansweredLines(unanswered), RIGHTS]
      : []),
    '',
  ].join('\n');
}

const RIGHTS = 'The rights for this are in deploy/housekeeping-policy.json.';

function summary(verdicts: readonly Verdict[]): string {
  const count = (fate: Verdict['fate']) =>
    verdicts.filter(verdict => verdict.fate === fate).reduce((sum, { trace }) => sum + trace.leftovers.length, 0);
  const found = `${count('to remove')} to remove, ${count('left alone')} left alone.`;
  return count('to remove') > 0
    ? `${found} Nothing was done: confirm=yes does it.`
    : `${found} There is nothing to do.`;
}

function outcomeOf(swept: readonly Swept[] | undefined, kind: string, id: string) {
  const found = swept?.find(other => other.kind === kind && other.id === id);
  return found && { done: found.done, ...(found.problem && { problem: found.problem }) };
}
