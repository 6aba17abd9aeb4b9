import { afterAll, expect, vi } from 'vitest';
import { removeTemporaryFolders } from '../temporary-folder.ts';

// For every file of tests. The files share a process, so each leaves it as it found it.

/** What a file of tests could change for those that come after it. */
function surroundings() {
  const { VITEST_POOL_ID: _, VITEST_WORKER_ID: __, ...environment } = process.env;
  const listeners = process.eventNames().map(name => [String(name), process.listenerCount(name)] as const);
  return { cwd: process.cwd(), environment, listeners: Object.fromEntries(listeners) };
}

const before = surroundings();

afterAll(() => {
  removeTemporaryFolders();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  expect(surroundings(), 'what the tests of this file have left changed').toEqual(before);
});
