import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeCloud } from '../fake-cloud.ts';
import { modelsFor } from './compared.ts';
import { modelLimits, tableText } from './model-limits.ts';

// `npx vitest run test/cloud/models --update` writes the table anew.
test('the limits that the endpoint enforces are those of AWS’s models', { timeout: 120_000 }, async context => {
  const home = modelsFor(context);
  const { services } = await fakeCloud();
  const text = tableText(modelLimits(home, services));
  await expect(text).toMatchFileSnapshot(join(import.meta.dirname, '../endpoint/limits.json'));
});
