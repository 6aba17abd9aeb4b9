import { defineConfig } from 'vitest/config';

// `*.system.test.ts` need root, or start so many processes that a contributor would wait for them; make test runs them by
// themselves, one file after the other.
const system = Boolean(process.env.SYSTEM_TESTS);

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', ...(system ? [] : ['**/*.system.test.ts'])],
    setupFiles: 'test/vitest/no-traces.ts',
    unstubEnvs: true,
    unstubGlobals: true,
    restoreMocks: true,
    ...(system
      ? { testTimeout: 120_000, hookTimeout: 180_000, fileParallelism: false }
      : // Most files take less time than a process takes to start and to import what they test. What hangs is ended, but
        // not what is slow on a machine that has much else to do.
        { pool: 'forks', isolate: false, maxWorkers: '100%', testTimeout: 30_000, hookTimeout: 30_000 }),
  },
});
