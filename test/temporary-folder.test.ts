import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { removeTemporaryFolders, temporaryFolder } from './temporary-folder.ts';

it('makes a new folder each time', () => {
  const [first, second] = [temporaryFolder('name-'), temporaryFolder('name-')];
  expect(first).not.toBe(second);
  expect(basename(first)).toMatch(/^name-/);
  expect(dirname(first)).toBe(tmpdir());
  expect(readdirSync(first)).toEqual([]);
});

it('removes them with what is in them', () => {
  const [full, gone] = [temporaryFolder(), temporaryFolder()];
  writeFileSync(join(full, 'file'), '');
  removeTemporaryFolders();
  expect([full, gone].filter(folder => existsSync(folder))).toEqual([]);
});
