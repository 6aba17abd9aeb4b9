import { defineConfig } from 'vitest/config';

// `*.system.test.ts` need root and minutes; test/run.ts runs them by themselves.
export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', ...(process.env.SYSTEM_TESTS ? [] : ['**/*.system.test.ts'])],
  },
});
