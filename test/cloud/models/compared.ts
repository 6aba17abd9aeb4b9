import type { TestContext } from 'vitest';
import { fetchModels } from './model.ts';

/**
 * The folder of AWS's models, for a test. Where they can't be had (no pip, no network) the test counts as skipped, and
 * that is said aloud; where CI is set it fails, because nobody reads there.
 */
export function modelsFor(context: TestContext): string {
  try {
    return fetchModels();
  } catch (error) {
    if (process.env.CI) throw error;
    const message = `NOT COMPARED with AWS's service models: ${(error as Error).message}`;
    process.stderr.write(`${context.task.name}: ${message}\n`);
    return context.skip(message);
  }
}
