import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { lockBuild } from './lock.ts';

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'lock-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

it('is held by one process at a time, and names it', () => {
  const build = folder();
  const lock = lockBuild(build);
  expect(lock).toEqual({ holder: process.pid, release: expect.any(Function) });
  expect(lockBuild(build)).toEqual({ holder: process.pid });
  lock.release?.();
  expect(readdirSync(build)).toEqual([]);
  expect(lockBuild(build).release).toBeDefined();
});

it('is not held by a process that has died', () => {
  const build = folder();
  writeFileSync(join(build, 'running.lock'), String(spawnSync('true').pid));
  expect(lockBuild(build).release).toBeDefined();
});
