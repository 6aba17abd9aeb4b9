import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { ROOT } from '../command/root.ts';
import { wouldBeLost } from './clean.ts';
import { lockBuild } from './lock.ts';

let dist: string;
let folder: string;

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  dist = join(temporaryFolder('clean-'), 'dist');
  folder = join(dist, 'ami/2026-01-01T00-00-00Z');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'plan.json'), '{"buildId":"b-1"}');
});

const said = () => wouldBeLost(dist).map(({ value, message, fix }) => `${value} ${message}: ${fix}`);

it('a build that has ended is no loss, nor one that has died', () => {
  expect(said()).toEqual([]);
  const holder = { pid: spawnSync('true').pid, started: '', host: hostname() };
  writeFileSync(join(folder, 'running.lock'), JSON.stringify(holder));
  expect(said()).toEqual([]);
  expect(wouldBeLost(join(dist, 'nowhere'))).toEqual([]);
});

it('a build that runs is one', () => {
  lockBuild(folder);
  expect(said()).toEqual([
    `b-1 runs: process ${process.pid}: Wait until it has ended, or interrupt it: kill -INT ${process.pid}`,
  ]);
});

it('so is one that may run on another machine', () => {
  writeFileSync(join(folder, 'running.lock'), JSON.stringify({ pid: 7, started: '', host: 'another' }));
  expect(said()).toEqual(['b-1 may run: process 7 on another: Look there whether it has ended.']);
});

it('and an instance that was kept, even where its record can not be read', () => {
  const how = 'Go on with it: make resume build=b-1; or remove it: make resume build=b-1 give_up=yes';
  writeFileSync(join(folder, 'kept.json'), '{"instanceId":"i-1"}');
  expect(said()).toEqual([`b-1 kept its instance i-1: ${how}`]);
  writeFileSync(join(folder, 'kept.json'), '');
  expect(said()).toEqual([`b-1 kept its instance of an unknown id: ${how}`]);
});

it('the command refuses without any package installed, unless it is forced', () => {
  const checkout = join(dist, '..');
  for (const name of ['package.json', 'scripts']) {
    cpSync(join(ROOT, name), join(checkout, name), {
      recursive: true,
      filter: path => !path.endsWith('/dist') && !path.includes('node_modules'),
    });
  }
  writeFileSync(join(folder, 'kept.json'), '{"instanceId":"i-1"}');
  const clean = (force?: string) =>
    spawnSync(process.execPath, [join(checkout, 'scripts/clean.ts')], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, ...(force && { PARAMETERS: 'force', PARAMETER_force: force }) },
    });
  expect(clean()).toMatchObject({ status: 2, stderr: expect.stringContaining('build "b-1"') });
  expect(clean().stderr).toContain('make clean force=yes');
  expect(clean('yes')).toMatchObject({ status: 0, stderr: '' });
  expect(clean('maybe')).toMatchObject({ status: 2, stderr: expect.stringContaining('force "maybe"') });
});
