import { type Image, isDeprecated } from '../aws/images.ts';
import { kindOf } from './kind.ts';
import type { Uses } from './uses/use.ts';

/** What `make retire` was told. */
export interface Policy {
  /** Of each kind at least so many images stay, the newest ones that are not deprecated. */
  keep: number;
  /** Days; younger images stay. */
  older: number;
  /** Days for which an image has to have been deprecated before it is deregistered. 0: at once. */
  grace: number;
}

export type Fate = 'stays' | 'deprecate' | 'wait' | 'deregister';

/** What becomes of an image, and why. */
export interface Decision {
  image: Image;
  fate: Fate;
  why: string[];
}

const DAY = 24 * 60 * 60 * 1000;
/** A deprecation has to lie ahead and is kept to the minute (AWS: EnableImageDeprecation). Milliseconds. */
export const SOON = 90_000;

/**
 * Decides about every image. One goes only if it is older than `older`, there are `keep` newer ones of its kind that
 * are not deprecated, and nothing uses it: first it is deprecated, later deregistered. `images`: all there are.
 */
export function decide(images: readonly Image[], uses: Uses, policy: Policy, now: Date): Decision[] {
  const newer = newerOnes(images, now);
  return images.map(image => {
    const reasons = [...reasonsToStay(image, newer, policy, now), ...usedBy(uses.get(image.id) ?? [])];
    return reasons.length > 0 ? { image, fate: 'stays', why: reasons } : stageOf(image, newer, policy, now);
  });
}

/** The images that would go if nobody used them. */
export function candidates(images: readonly Image[], policy: Policy, now: Date): Image[] {
  const newer = newerOnes(images, now);
  return images.filter(image => reasonsToStay(image, newer, policy, now).length === 0);
}

/** True for an image that is deprecated, or was just told to be: EC2 wants that to lie a little ahead. */
function isOnItsWay(image: Image, now: Date): boolean {
  return isDeprecated(image, new Date(now.getTime() + 2 * SOON));
}

/** How old an image is, in whole days. */
export function ageInDays({ createdAt }: Image, now: Date): number {
  return Math.floor((now.getTime() - new Date(createdAt).getTime()) / DAY);
}

function reasonsToStay(image: Image, newer: Newer, policy: Policy, now: Date): string[] {
  const { id, state } = image;
  const kind = kindOf(image);
  const age = ageInDays(image, now);
  return [
    ...(state === 'available' ? [] : [`it is ${state}`]),
    ...(kind ? [] : ['neither tags nor name say its OS and Python']),
    ...(kind && (newer.get(id) ?? 0) < policy.keep ? [newest(policy.keep, kind)] : []),
    ...(age < policy.older ? [`${days(age)} old`] : []),
    ...(image.isProtected ? ['protected from deregistration'] : []),
    ...(image.isPublic ? ['public: everybody may use it'] : []),
  ];
}

/** For each image, by its id: how many of its kind are newer and not deprecated. Those can take its place. */
type Newer = ReadonlyMap<string, number>;

function newerOnes(images: readonly Image[], now: Date): Newer {
  const newestFirst = [...images].sort((a, b) =>
    a.builtAt === b.builtAt ? (a.id < b.id ? -1 : 1) : a.builtAt < b.builtAt ? 1 : -1,
  );
  const seen = new Map<string | undefined, number>();
  return new Map(
    newestFirst.map(image => {
      const kind = kindOf(image);
      const newer = seen.get(kind) ?? 0;
      const counts = image.state === 'available' && !isOnItsWay(image, now);
      seen.set(kind, newer + (counts ? 1 : 0));
      return [image.id, newer];
    }),
  );
}

function usedBy(uses: readonly string[]): string[] {
  const shown = uses.slice(0, 3).join(', ');
  return uses.length === 0 ? [] : [`used by ${shown}${uses.length > 3 ? ` and ${uses.length - 3} more` : ''}`];
}

function stageOf(image: Image, newer: Newer, { grace }: Policy, now: Date): Decision {
  const { deprecatedAt = '' } = image;
  const unused = `${days(ageInDays(image, now))} old, ${newer.get(image.id)} newer, not used`;
  if (grace === 0) return { image, fate: 'deregister', why: [unused] };
  if (!isOnItsWay(image, now)) return { image, fate: 'deprecate', why: [unused] };
  const due = new Date(new Date(deprecatedAt).getTime() + grace * DAY);
  const since = `deprecated since ${deprecatedAt.slice(0, 10)}`;
  if (due > now) return { image, fate: 'wait', why: [`${since}, goes from ${due.toISOString().slice(0, 10)} on`] };
  return { image, fate: 'deregister', why: [since, unused] };
}

function newest(keep: number, kind: string): string {
  return keep === 1 ? `the newest of ${kind}` : `one of the ${keep} newest of ${kind}`;
}

/** A number of days for people. */
export function days(count: number): string {
  return count === 1 ? '1 day' : `${count} days`;
}
