import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { childrenOf, isAlive, mark, send, waitForEnd } from './processes.ts';

let child: ChildProcess | undefined;

async function sleeper(): Promise<number> {
  // A name with a space and a bracket is what makes /proc/PID/stat hard to read.
  const rename = 'echo "a) b" > /proc/$$/comm; echo; read';
  const shell = spawn('bash', ['-c', rename], { stdio: ['pipe', 'pipe', 'inherit'] });
  child = shell;
  await once(shell.stdout, 'data');
  return shell.pid ?? 0;
}

afterEach(() => {
  child?.kill('SIGKILL');
  child = undefined;
});

it('a marked process is alive until it ends', async () => {
  const marked = mark(await sleeper());
  expect(isAlive(marked)).toBe(true);
  expect(childrenOf(process.pid)).toContain(marked.pid);
  send(marked.pid, 'SIGTERM');
  expect(await waitForEnd(marked, 5_000)).toBe(true);
  expect(isAlive(marked)).toBe(false);
});

it('another process with the same number is not the one that was marked', async () => {
  const marked = mark(await sleeper());
  expect(isAlive({ ...marked, startedAt: String(Number(marked.startedAt) - 1) })).toBe(false);
});

it('stops waiting in time', async () => {
  expect(await waitForEnd(mark(await sleeper()), 100)).toBe(false);
});

it('a process that is gone takes no signal and has no children', () => {
  const beyond = 2 ** 22 + 1; // the kernel's greatest number is 2^22
  expect(() => send(beyond, 'SIGTERM')).not.toThrow();
  expect(childrenOf(beyond)).toEqual([]);
  expect(isAlive({ pid: beyond, startedAt: '1' })).toBe(false);
});
