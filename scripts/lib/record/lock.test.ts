import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { lockBuild, lockOf } from './lock.ts';
import { identityOf } from './process-identity.ts';

/** A build that is locked by such a process. */
function lockedBy(holder: object): string {
  const build = temporaryFolder('lock-');
  writeFileSync(join(build, 'running.lock'), JSON.stringify({ host: hostname(), ...holder }));
  return build;
}

const dead = () => ({ pid: spawnSync('true').pid, started: 'once' });

it('is held by one process at a time, and names it', () => {
  const build = temporaryFolder('lock-');
  const lock = lockBuild(build);
  const holder = { ...identityOf(process.pid), host: hostname() };
  expect(lock).toEqual({ holder, release: expect.any(Function) });
  expect(lockBuild(build)).toEqual({ holder });
  expect(lockOf(build)).toEqual({ state: 'held', holder });
  lock.release?.();
  expect(lockOf(build)).toEqual({ state: 'free' });
  expect(readdirSync(build)).toEqual([]);
  expect(lockBuild(build).release).toBeDefined();
});

it.each([
  ['a process that has died', dead],
  ['one whose number another process has by now', () => ({ pid: process.pid, started: 'long ago' })],
])('is not held by %s', (_what, holder) => {
  const build = lockedBy(holder());
  expect(lockOf(build)).toEqual({ state: 'dead' });
  const lock = lockBuild(build);
  expect(lock.release).toBeDefined();
  expect(lockBuild(build).release).toBeUndefined();
  lock.release?.();
  expect(lockBuild(build).release).toBeDefined();
});

it('holds where only another machine can tell whether its process runs', () => {
  const holder = { ...dead(), host: 'another' };
  const build = lockedBy(holder);
  expect(lockOf(build)).toEqual({ state: 'elsewhere', holder });
  expect(lockBuild(build)).toEqual({ holder });
});

it.each(['', 'null', '[]', '4711', '{"pid":-1}', '\u0000\u001b[2J'])('holds nobody up when it holds %j', content => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const build = temporaryFolder('lock-');
  writeFileSync(join(build, 'running.lock'), content);
  expect(lockOf(build)).toEqual({ state: 'dead' });
  expect(lockBuild(build).release).toBeDefined();
});

it('holds nobody up when it is a folder', () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const build = temporaryFolder('lock-');
  mkdirSync(join(build, 'running.lock'));
  expect(lockBuild(build).release).toBeDefined();
});

it('of processes that take over from a dead one at once, exactly one gets it', { timeout: 60_000 }, async () => {
  const module = JSON.stringify(join(import.meta.dirname, 'lock.ts'));
  // They meet at a moment, not one after the other; who has it waits for the end of its input.
  const program = `
    const { lockBuild } = await import(${module});
    while (Date.now() < Number(process.argv[2]));
    for (const folder of process.argv.slice(3)) console.log(lockBuild(folder).release ? 'got it' : 'held');
    process.stdin.resume();`;
  const builds = Array.from({ length: 30 }, () => lockedBy(dead()));
  const moment = String(Date.now() + 1500);
  const processes = ['a', 'b', 'c'].map(name => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, name, moment, ...builds], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines: string[] = [];
    child.stdout.on('data', data => lines.push(...String(data).trim().split('\n')));
    return { child, lines };
  });
  await expect
    .poll(() => processes.every(({ lines }) => lines.length >= builds.length), { timeout: 50_000 })
    .toBe(true);
  for (const [index, build] of builds.entries()) {
    const winners = processes.filter(({ lines }) => lines[index] === 'got it');
    expect(winners).toHaveLength(1);
    const { pid } = JSON.parse(readFileSync(join(build, 'running.lock.2'), 'utf8'));
    expect(pid).toBe(winners[0]?.child.pid);
  }
  for (const { child } of processes) {
    child.stdin.end();
    await once(child, 'exit');
  }
});
