import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { Settings } from '../parameters/settings.ts';
import { durationsOfBuilds } from './durations.ts';

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
  const dist = mkdtempSync(join(tmpdir(), 'durations-'));
  onTestFinished(() => rmSync(dist, { recursive: true }));
  for (const [number, { ok = true, packer, parameters = {} }] of builds.entries()) {
    const folder = join(dist, 'ami', String(number));
    mkdirSync(folder, { recursive: true });
    const all = { ...Object.fromEntries(SETTINGS), tz: { value: 'Australia/Sydney' } };
    const given = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, { value }]));
    writeFileSync(
      join(folder, 'plan.json'),
      JSON.stringify({ buildId: 'b', imageName: 'lava-x', parameters: { ...all, ...given } }),
    );
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
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => said.mockRestore());
  expect(durationsOfBuilds(dist, SETTINGS)).toEqual([1500, 1100]);
  expect(said.mock.calls.join()).toMatch(/killed\/plan\.json can not be read, and is passed over/);
  expect(durationsOfBuilds(join(dist, 'nothing'), SETTINGS)).toEqual([]);
});
