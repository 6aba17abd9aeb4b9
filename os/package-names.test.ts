import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { wantedPackages } from './wanted-packages.ts';

/** The names in a list of a layer's folder `base`. */
function namesIn(os: string, list: string): string[] {
  const lines = readFileSync(join(import.meta.dirname, os, 'base', list), 'utf8').split('\n');
  return lines.filter(line => line !== '' && !line.startsWith('#'));
}

// A name that the distribution does not have fails the build, after minutes and at the operator's cost.
describe.each(['amzn2023', 'amzn2'])('%s', os => {
  const known = namesIn(os, 'packages');

  it.each([
    ['the layer installs', wantedPackages(os)],
    ['its base image has', namesIn(os, 'image')],
  ])('the distribution has every package that %s', (_, wanted) => {
    expect(wanted.length).toBeGreaterThan(20);
    expect(wanted.filter(name => !known.includes(name))).toEqual([]);
  });
});
