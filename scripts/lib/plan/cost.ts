import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { seconds } from '../command/progress.ts';
import type { StepRecord } from '../command/steps.ts';
import type { Settings } from '../parameters/settings.ts';

/** What a build will cost, as far as the facts are known. */
export interface Cost {
  /** Of the build instance, on demand. */
  usdPerHour?: number;
  /** How long the instance will run: the median of earlier builds like this one. */
  minutes?: number;
  /** How many earlier builds that is the median of. */
  builds: number;
  /** Of the instance for that time; storage comes on top. */
  usd?: number;
}

/** What makes two builds take equally long, roughly. */
const ALIKE = ['os', 'arch', 'instance_type', 'python_version', 'region'];

/** Estimates the cost of a build from the price of its instance and from how long builds like it took. */
export function estimateCost(usdPerHour: number | undefined, durations: number[]): Cost {
  const builds = durations.length;
  const sorted = [...durations].sort((a, b) => a - b);
  const median = sorted[Math.floor((builds - 1) / 2)];
  const minutes = median === undefined ? undefined : Math.round(median / 6) / 10;
  return {
    builds,
    ...(usdPerHour !== undefined && { usdPerHour }),
    ...(minutes !== undefined && { minutes }),
    ...(usdPerHour !== undefined && median !== undefined && { usd: roundUpToCents((usdPerHour * median) / 3600) }),
  };
}

function roundUpToCents(usd: number): number {
  return Math.ceil(usd * 100) / 100;
}

/** How long packer ran, in seconds, in the builds in `dist` that succeeded and were like the one that is planned. */
export function durationsOfBuilds(dist: string, settings: Settings): number[] {
  const parent = join(dist, 'ami');
  return folders(parent).flatMap(folder => {
    const build = read<{ ok: boolean; steps: StepRecord[] }>(join(parent, folder, 'build.json'));
    const plan = read<{ parameters: Record<string, { value: string }> }>(join(parent, folder, 'plan.json'));
    const isAlike = ALIKE.every(name => plan?.parameters[name]?.value === settings.get(name)?.value);
    const packer = build?.steps.find(({ name }) => name === 'packer');
    // In one that was gone on with, packer ran in pieces.
    return build?.ok && packer?.ok && isAlike ? [packer.seconds] : [];
  });
}

function folders(parent: string): string[] {
  try {
    return readdirSync(parent);
  } catch {
    return []; // nothing was built here yet
  }
}

/** A file of the record of a build; nothing when that build did not come so far, or was interrupted while writing. */
function read<Content>(file: string): Content | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** The estimate for people. */
export function costAsText({ usdPerHour, minutes, builds, usd }: Cost, instanceType: string): string {
  const price = usdPerHour === undefined ? 'the price is not known' : `${usdPerHour} USD an hour`;
  const time =
    minutes === undefined
      ? 'how long is not known, since nothing like it was built here yet'
      : `for about ${seconds(minutes * 60_000)} (median of ${builds} ${builds === 1 ? 'build' : 'builds'} like it)`;
  const sum = usd === undefined ? '' : `about ${usd.toFixed(2)} USD: `;
  return `${sum}${instanceType}, ${price}, ${time}; storage of the image comes on top`;
}
