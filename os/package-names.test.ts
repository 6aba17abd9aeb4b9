import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { wantedPackages } from './wanted-packages.ts';

// A name that the distribution does not have fails the build, after minutes and at the operator's cost.
it('amzn2023: the distribution has every package that the layer installs', () => {
  const wanted = wantedPackages('amzn2023');
  const known = new Set(readFileSync(join(import.meta.dirname, 'amzn2023/base/packages'), 'utf8').split('\n'));
  expect(wanted.length).toBeGreaterThan(40);
  expect(wanted.filter(name => !known.has(name))).toEqual([]);
});
