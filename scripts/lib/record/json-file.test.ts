import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { readJson, writeJson, writeJsonIfPossible } from './json-file.ts';

it('writes what it reads, over what was there, and leaves nothing beside it', () => {
  const file = join(temporaryFolder('json-'), 'new/plan.json');
  writeJson(file, { a: 1 });
  expect(writeJson(file, { a: 2 })).toBe(file);
  expect(readJson(file)).toEqual({ a: 2 });
  expect(readdirSync(join(file, '..'))).toEqual(['plan.json']);
});

it.each([
  ['content that is no JSON', 'plan.json', () => ({ a: 1n })],
  ['a place that is a folder', 'folder', () => ({})],
])('a failed write (%s) leaves what was there, and no half', (_what, name, content) => {
  const folder = temporaryFolder('json-');
  writeFileSync(join(folder, 'plan.json'), 'before');
  mkdirSync(join(folder, 'folder'));
  expect(() => writeJson(join(folder, name), content())).toThrow();
  expect(readdirSync(folder)).toEqual(['folder', 'plan.json']);
  expect(readFileSync(join(folder, 'plan.json'), 'utf8')).toBe('before');
});

it('says what could not be written, where that must not end the command', () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  writeJsonIfPossible('/dev/null/build.json', {});
  expect(said).toHaveBeenCalledWith(expect.stringMatching(/dev\/null\/build\.json could not be written: ENOTDIR/));
});

it('says nothing of what is in a file that can not be read, and says it once', () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  const file = join(temporaryFolder('json-'), 'plan.json');
  expect(readJson(file)).toBeUndefined();
  expect(said).not.toHaveBeenCalled();
  writeFileSync(file, '\u001b[2J');
  expect(readJson(file)).toBeUndefined();
  expect(readJson(file)).toBeUndefined();
  expect(said.mock.calls).toEqual([
    [expect.stringMatching(/plan\.json can not be read, and is passed over: it is not JSON$/)],
  ]);
});
