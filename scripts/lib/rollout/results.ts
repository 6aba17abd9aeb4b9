import { type Column, table } from '../command/table.ts';
import type { Decision } from './decide.ts';
import type { Ending } from './follow.ts';
import type { ResourceChange } from './preview.ts';

/** What became of one stack. */
export interface Result {
  stack: string;
  from: string;
  to: string | null;
  outcome: 'updated' | 'started' | 'has it already' | 'would change' | 'refused' | 'rolled back' | 'failed';
  reason?: string;
  seconds?: number;
  /** What a dry run found. */
  changes?: ResourceChange[];
}

/** What was decided, where nothing has to be done for it. */
export function resultOf(decision: Decision): Result {
  const { stack, kind } = decision;
  const about = { stack: stack.name, from: stack.imageId };
  if (kind === 'refused') return { ...about, to: null, outcome: 'refused', reason: decision.why };
  return { ...about, to: decision.to.id, outcome: 'has it already' };
}

export function resultOfEnding(ending: Ending): Result {
  const { update, status, ok, reason, seconds } = ending;
  const isBack = status === 'UPDATE_ROLLBACK_COMPLETE';
  const because = [isBack || ok ? '' : status, reason].filter(Boolean).join(': ');
  return {
    stack: update.stack.name,
    from: update.stack.imageId,
    to: update.to,
    outcome: ok ? 'updated' : isBack ? 'rolled back' : 'failed',
    ...(because && { reason: because }),
    seconds,
  };
}

/** False when something did not come out as it should. */
export function isOk({ outcome }: Result): boolean {
  return !['refused', 'rolled back', 'failed'].includes(outcome);
}

const COLUMNS: Column<Result>[] = [
  { title: 'stack', value: ({ stack }) => stack },
  { title: 'from', value: ({ from }) => from, below: true },
  { title: 'to', value: ({ to }) => to ?? '', below: true },
  { title: 'outcome', value: ({ outcome }) => outcome },
  { title: 'time', value: ({ seconds }) => (seconds === undefined ? '' : `${seconds} s`) },
  { title: 'why', value: ({ reason }) => reason ?? '', below: true },
];

export function resultsAsText(
  results: Result[],
  width: number | undefined,
  emphasis: (text: string) => string,
): string {
  if (results.length === 0) return 'Nothing was changed.\n';
  return `${table(COLUMNS, results, { width, emphasis, standsOut: result => !isOk(result) }).join('\n')}\n`;
}

const CHANGE_COLUMNS: Column<ResourceChange>[] = [
  { title: 'change', value: ({ action }) => action },
  { title: 'resource', value: ({ resource }) => resource },
  { title: 'type', value: ({ type }) => type },
  { title: 'replaced', value: ({ replacement }) => replacement },
  { title: 'because of', value: ({ because }) => because.join(', '), below: true },
];

/** What a dry run found for one stack. */
export function changesAsText({ stack, from, to, changes = [] }: Result, width: number | undefined): string {
  const what = changes.length > 0 ? table(CHANGE_COLUMNS, changes, { width }) : ['Nothing would change.'];
  return `${[`${stack}: ${from} -> ${to}`, ...what].join('\n')}\n`;
}
