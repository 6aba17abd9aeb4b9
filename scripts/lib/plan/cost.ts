import { seconds } from '../command/progress.ts';

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
