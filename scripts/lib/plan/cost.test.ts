import { expect, it } from 'vitest';
import { costAsText, estimateCost } from './cost.ts';

it.each([
  { price: 0.0816, durations: [1500, 1100, 1200], cost: { usdPerHour: 0.0816, minutes: 20, builds: 3, usd: 0.03 } },
  { price: 0.0816, durations: [], cost: { usdPerHour: 0.0816, builds: 0 } },
  { price: undefined, durations: [600], cost: { minutes: 10, builds: 1 } },
  { price: undefined, durations: [], cost: { builds: 0 } },
])('$price USD an hour and earlier builds of $durations s', ({ price, durations, cost }) => {
  expect(estimateCost(price, durations)).toEqual(cost);
});

it('says what it knows, and what it does not', () => {
  expect(costAsText(estimateCost(0.0816, [1500, 1100, 1200]), 'm7g.large')).toBe(
    'about 0.03 USD: m7g.large, 0.0816 USD an hour, for about 20 min 0 s (median of 3 builds like it); storage of the image comes on top',
  );
  expect(costAsText(estimateCost(undefined, []), 'm7g.large')).toBe(
    'm7g.large, the price is not known, how long is not known, since nothing like it was built here yet; storage of the image comes on top',
  );
});
