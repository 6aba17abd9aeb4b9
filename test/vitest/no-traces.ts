import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, vi } from 'vitest';
import { removeTemporaryFolders } from '../temporary-folder.ts';

// For every file of tests. The files share a process, so each leaves it as it found it; and it leaves no temporary files.

/** What a file of tests could change for those that come after it. */
function surroundings() {
  const listeners = process.eventNames().map(name => [String(name), process.listenerCount(name)] as const);
  return { cwd: process.cwd(), environment: { ...process.env }, listeners: Object.fromEntries(listeners) };
}

const before = surroundings();
const temporary = mkdtempSync(join(tmpdir(), 'test-'));
process.env.TMPDIR = temporary;

afterAll(() => {
  removeTemporaryFolders();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  const left = readdirSync(temporary);
  rmSync(temporary, { recursive: true });
  if (before.environment.TMPDIR === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before.environment.TMPDIR;
  expect(left, 'what the tests of this file have left in the folder for temporary files').toEqual([]);
  expect(surroundings(), 'what the tests of this file have left changed').toEqual(before);
});
