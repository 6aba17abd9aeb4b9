import { existsSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { Processes } from './processes.ts';

const here = (say: (line: string) => void = () => {}) => ({ cwd: import.meta.dirname, env: process.env, say });

it('gives the status, and what is printed line by line', async () => {
  const lines: string[] = [];
  const status = await new Processes().run(
    ['sh', '-c', 'echo one; echo two >&2; exit 3'],
    here(line => lines.push(line)),
  );
  expect(status).toBe(3);
  expect(lines.sort()).toEqual(['one', 'two']);
});

it('stops all that was started, in other process groups too', async () => {
  const processes = new Processes();
  const pids: number[] = [];
  // Where nothing tells whose child a process is, its group has to do.
  const leaves = existsSync('/proc/self/environ') ? 'setsid' : '';
  const program = `${leaves} sleep 600 > /dev/null 2>&1 & echo $!; sleep 600 & echo $!; wait`;
  const ended = processes.run(
    ['bash', '-c', program],
    here(line => pids.push(Number(line))),
  );
  await vi.waitFor(() => expect(pids).toHaveLength(2), { timeout: 5_000 });
  await processes.stop();
  expect(await ended).toBe(null);
  for (const pid of pids) await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(), { timeout: 5_000 });
  expect(await processes.run(['true'], here())).toBe(null);
});
