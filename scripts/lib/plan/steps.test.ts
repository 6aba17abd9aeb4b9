import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../command/root.ts';
import { STEPS } from './steps.ts';

it('make ami runs the steps that are declared, in their order', () => {
  const source = readFileSync(join(ROOT, 'scripts/ami.ts'), 'utf8');
  const run = [...source.matchAll(/steps\.run\(\s*'([^']+)'/g)].map(([, step]) => step);
  expect(run).toEqual(Object.keys(STEPS));
});
