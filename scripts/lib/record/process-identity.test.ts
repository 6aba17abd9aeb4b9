import { spawn, spawnSync } from 'node:child_process';
import { expect, it, onTestFinished } from 'vitest';
import { identityOf, isRunning } from './process-identity.ts';

it('knows a process that runs', () => {
  expect(isRunning(identityOf(process.pid))).toBe(true);
});

it('takes no other process of the same number for it', () => {
  const { pid, started } = identityOf(process.pid);
  expect(started).not.toBe('');
  expect(isRunning({ pid, started: `${started}1` })).toBe(false);
});

it('believes the number alone where no more was known', () => {
  expect(isRunning({ pid: process.pid, started: '' })).toBe(true);
  expect(isRunning({ pid: spawnSync('true').pid, started: '' })).toBe(false);
});

it('does not take a process that has ended for one that runs, even if nobody has asked yet how', async () => {
  // The shell's child ends at once, and becomes a program that never waits for it.
  const parent = spawn('sh', ['-c', 'true & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void parent.kill());
  const [chunk] = await new Promise<[Buffer]>(resolve => parent.stdout.once('data', data => resolve([data])));
  const child = { pid: Number(chunk), started: '' };
  await expect.poll(() => isRunning(child)).toBe(false);
});
