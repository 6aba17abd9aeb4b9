import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../temporary-folder.ts';
import { runContained } from './contained.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder('contained-');
});

/** The processes that have a word among their arguments. */
function processesWith(word: string): string[] {
  return readdirSync('/proc').filter(entry => {
    if (!/^\d+$/.test(entry)) return false;
    try {
      return readFileSync(`/proc/${entry}/cmdline`, 'utf8').split('\0').includes(word);
    } catch {
      return false; // it ended meanwhile
    }
  });
}

it('mounts nothing outside', async () => {
  await runContained('sh', '-ec', 'mount -t tmpfs tmpfs "$1"; echo there > "$1/file"; cat "$1/file"', 'sh', folder);
  expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(folder);
});

it('says what failed', async () => {
  await expect(runContained('sh', '-c', 'echo no such mirror >&2; exit 3')).rejects.toThrow(/no such mirror/);
});

it('ends all that it started when we are killed', async () => {
  const word = join(folder, 'word');
  const program = `
    const { runContained } = await import(${JSON.stringify(join(import.meta.dirname, 'contained.ts'))});
    await runContained('sh', '-c', 'sh -c "sleep 600; true" "$1" & wait', 'sh', ${JSON.stringify(word)});`;
  const us = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: 'inherit' });
  try {
    // setpriv became unshare, whose child is the shell, whose child is another.
    await vi.waitFor(() => expect(processesWith(word)).toHaveLength(3), { timeout: 5_000 });
  } finally {
    us.kill('SIGKILL');
  }
  await vi.waitFor(() => expect(processesWith(word)).toEqual([]), { timeout: 5_000 });
});
