import { mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { main } from './main.ts';
import { Failure, UserMistake } from './problems.ts';

/** What a command that fails in this way says, and what it exits with. */
async function saidOf(fail: () => unknown): Promise<{ said: string; status: unknown }> {
  const error = vi.spyOn(console, 'error').mockImplementation(() => {});
  await main(async () => void fail());
  return { said: String(error.mock.calls[0]?.[0]), status: process.exitCode };
}

afterEach(() => {
  process.exitCode = undefined;
  process.stdout.removeAllListeners('error');
});

it('a folder for temporary files that is not there is named, with what to set', async () => {
  const { said, status } = await saidOf(() => mkdtempSync('/nowhere/at/all/x-'));
  expect(said).toBe('The folder for temporary files is not there: /nowhere/at/all. Make it, or set TMPDIR to another.');
  expect(status).toBe(1);
});

it('links that lead to each other are no fault of ours', async () => {
  const folder = temporaryFolder();
  symlinkSync('b', join(folder, 'a'));
  symlinkSync('a', join(folder, 'b'));
  const { said } = await saidOf(() => readFileSync(join(folder, 'a')));
  expect(said).toMatch(/^This machine refuses: ELOOP: .*$/);
});

it.each([
  [
    'a failure',
    () => new Failure('it said \u001b]0;x\u0007\u202ehere\nand there'),
    1,
    'it said  ]0;x  here\nand there',
  ],
  [
    'a mistake',
    () => new UserMistake([{ parameter: 'a\u001b[2J', value: '\u001b', message: 'is\nno', fix: 'Do.' }]),
    2,
    'There is a problem:\n\na [2J "\\u001b": is no\n    Do.',
  ],
])('%s is said without what steers a terminal', async (_what, error, exitStatus, text) => {
  const { said, status } = await saidOf(() => {
    throw error();
  });
  expect({ said, status }).toEqual({ said: text, status: exitStatus });
});
