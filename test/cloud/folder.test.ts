import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { claimFolder, cloudFolder, isCloudFolder } from './folder.ts';

function newFolder(): string {
  const folder = temporaryFolder('cloud-folder-');
  return folder;
}

test('it is .cloud at the top of the checkout, unless LAVA_CLOUD_DIR says otherwise', () => {
  expect(cloudFolder({})).toBe(join(import.meta.dirname, '../../.cloud'));
  expect(cloudFolder({ LAVA_CLOUD_DIR: '/somewhere/else' })).toBe('/somewhere/else');
});

test('a folder is claimed when it is missing or empty, for its owner alone, and stays claimed', () => {
  const folder = join(newFolder(), 'cloud');
  claimFolder(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  writeFileSync(join(folder, 'more'), '');
  claimFolder(folder);
  expect(isCloudFolder(folder)).toBe(true);
  const empty = newFolder();
  claimFolder(empty);
  expect(isCloudFolder(empty)).toBe(true);
});

test("a folder with somebody's files is left alone", () => {
  const folder = newFolder();
  mkdirSync(join(folder, 'photos'));
  expect(() => claimFolder(folder)).toThrow(`${folder} holds something else. Name an empty folder in LAVA_CLOUD_DIR.`);
  expect(readdirSync(folder)).toEqual(['photos']);
  expect(isCloudFolder(folder)).toBe(false);
});
