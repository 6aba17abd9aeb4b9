import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lockBuild } from './lock.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'lock-'));

it('is held by one process at a time, and names it', () => {
  const build = folder();
  const unlock = lockBuild(build);
  expect(unlock).toBeTypeOf('function');
  expect(lockBuild(build)).toBe(process.pid);
  if (typeof unlock === 'function') unlock();
  expect(readdirSync(build)).toEqual([]);
  expect(lockBuild(build)).toBeTypeOf('function');
});

it('is not held by a process that has died', () => {
  const build = folder();
  writeFileSync(join(build, 'running.lock'), String(spawnSync('true').pid));
  expect(lockBuild(build)).toBeTypeOf('function');
});
