import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Settings } from '../parameters/settings.ts';
import { costAsText, durationsOfBuilds, estimateCost } from './cost.ts';

const SETTINGS: Settings = new Map(
  Object.entries({
    os: 'amzn2023',
    arch: 'arm64',
    instance_type: 'm7g.large',
    python_version: '3.11.12',
    region: 'us-east-1',
    tz: 'UTC',
  }).map(([name, value]) => [name, { value, source: 'command line' }]),
);

function distWith(builds: { ok?: boolean; packer?: number; parameters?: Record<string, string> }[]): string {
  const dist = mkdtempSync(join(tmpdir(), 'cost-'));
  for (const [number, { ok = true, packer, parameters = {} }] of builds.entries()) {
    const folder = join(dist, 'ami', String(number));
    mkdirSync(folder, { recursive: true });
    const all = { ...Object.fromEntries(SETTINGS), tz: { value: 'Australia/Sydney' } };
    const given = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, { value }]));
    writeFileSync(join(folder, 'plan.json'), JSON.stringify({ parameters: { ...all, ...given } }));
    const steps = packer === undefined ? [] : [{ name: 'packer', seconds: packer, ok }];
    writeFileSync(join(folder, 'build.json'), JSON.stringify({ ok, steps }));
  }
  return dist;
}

it('knows how long builds like the planned one took, and no others', () => {
  const dist = distWith([
    { packer: 1500 },
    { packer: 1400, parameters: { arch: 'x86_64' } },
    { packer: 1300, parameters: { python_version: '3.12.1' } },
    { packer: 1200, ok: false },
    { ok: false },
    { packer: 1100 },
  ]);
  mkdirSync(join(dist, 'ami', 'killed'));
  writeFileSync(join(dist, 'ami', 'killed', 'plan.json'), '{"param');
  expect(durationsOfBuilds(dist, SETTINGS)).toEqual([1500, 1100]);
  expect(durationsOfBuilds(join(dist, 'nothing'), SETTINGS)).toEqual([]);
});

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
