import type { Image } from '../aws/images.ts';
import { type Column, table } from '../command/table.ts';
import { aligned } from './aligned.ts';
import { ageInDays, type Decision, days, type Policy } from './decide.ts';
import { kindOf } from './kind.ts';
import { type Unanswered, unansweredLines } from './question.ts';
import type { Outcome } from './retire.ts';

/** What `make retire` found, decided, and (with confirm=yes) did. */
export interface RetireReport {
  region: string;
  policy: Policy;
  decisions: readonly Decision[];
  unanswered: readonly Unanswered[];
  /** Missing where nothing was to be done yet. */
  outcomes?: readonly Outcome[];
}

/** True when everything that was to be known is known, and everything that was to be done is done. */
export function isOk({ unanswered, outcomes = [] }: RetireReport): boolean {
  return unanswered.length === 0 && outcomes.every(({ done }) => done !== 'failed' && done !== 'not done');
}

/** The report for programs. */
export function retireAsJson(report: RetireReport): object {
  const { region, policy, decisions, unanswered, outcomes } = report;
  return {
    ok: isOk(report),
    region,
    policy,
    images: decisions.map(({ image, fate, why }) => {
      const outcome = outcomes?.find(({ imageId }) => imageId === image.id);
      return {
        ...imageAsJson(image),
        fate,
        why,
        ...(outcome && { done: outcome.done, ...(outcome.detail && { detail: outcome.detail }) }),
      };
    }),
    unanswered,
  };
}

function imageAsJson(image: Image): object {
  const { id, name, createdAt, builtAt, state, deprecatedAt, isPublic, isProtected, snapshots } = image;
  return {
    id,
    name,
    createdAt,
    builtAt,
    state,
    kind: kindOf(image),
    ...(deprecatedAt && { deprecatedAt }),
    isPublic,
    isProtected,
    snapshots,
  };
}

/** The report for people, for a terminal of that width; without one, each image has one line. */
export function retireAsText(report: RetireReport, now: Date, width?: number): string {
  const { region, decisions, unanswered, outcomes } = report;
  if (decisions.length === 0) return `There are no images named lava-* of this account in ${region}.\n`;
  const columns: Column<Decision>[] = [
    { title: 'IMAGE', value: ({ image }) => image.id },
    { title: 'NAME', value: ({ image }) => image.name, below: true },
    { title: 'AGE', value: ({ image }) => days(ageInDays(image, now)) },
    { title: 'WHAT', value: ({ fate }) => fate },
    { title: 'WHY', value: ({ why }) => why.join('; '), below: true },
  ];
  return [
    ...table(columns, [...decisions], { width }),
    '',
    ...(outcomes ? outcomeLines(outcomes) : unanswered.length > 0 ? [] : [summary(decisions)]),
    ...(unanswered.length > 0 ? [NOTHING, ...unansweredLines(unanswered), RIGHTS] : []),
    '',
  ].join('\n');
}

const NOTHING = 'Nothing is retired, because not everything that may use an image could be asked:';
const RIGHTS = 'The rights for this are in deploy/housekeeping-policy.json.';

function summary(decisions: readonly Decision[]): string {
  const count = (fate: string) => decisions.filter(decision => decision.fate === fate).length;
  const [deprecate, deregister] = [count('deprecate'), count('deregister')];
  const goes = `${deprecate} to deprecate, ${deregister} to deregister, ${count('wait')} to wait, ${count('stays')} to stay.`;
  return deprecate + deregister === 0
    ? `${goes} There is nothing to do.`
    : `${goes} Nothing was done: confirm=yes does it.`;
}

function outcomeLines(outcomes: readonly Outcome[]): string[] {
  if (outcomes.length === 0) return ['There was nothing to do.'];
  return aligned(outcomes.map(({ imageId, done, detail = '' }) => [imageId, done, detail])).map(line => line.trimEnd());
}
