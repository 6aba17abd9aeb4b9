import { defineConfig } from 'vitest/config';

// `*.system.test.ts` need root and minutes; test/run.ts runs them by themselves.
const system = Boolean(process.env.SYSTEM_TESTS);

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', ...(system ? [] : ['**/*.system.test.ts'])],
    ...(system && { testTimeout: 120_000, hookTimeout: 180_000, fileParallelism: false }),
  },
});
