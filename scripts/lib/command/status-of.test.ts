import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { statusOf } from './status-of.ts';

it('what leads nowhere is nothing', () => {
  const folder = temporaryFolder();
  symlinkSync('b', join(folder, 'a'));
  symlinkSync('a', join(folder, 'b'));
  expect(statusOf(join(folder, 'a'))).toBeUndefined();
  expect(statusOf(join(folder, 'a/file'))).toBeUndefined();
  expect(statusOf(join(folder, 'none'))).toBeUndefined();
  expect(statusOf(folder)?.isDirectory()).toBe(true);
});
