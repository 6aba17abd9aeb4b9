import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readAmiBuild } from '../scripts/lib/parameters/ami-build.ts';
import { resolve } from '../scripts/lib/parameters/resolve.ts';
import { BUILD_PARAMETERS } from '../scripts/lib/parameters/targets.ts';

it.each(['dev', 'local'])('the environment %s of sample.yaml can be built', env => {
  const given = new Map([
    ['config', join(import.meta.dirname, 'sample.yaml')],
    ['env', env],
    ['region', 'us-east-1'],
  ]);
  const { problems } = resolve(given, { amiBuild: readAmiBuild(), lavaVersion: '8.1.0' }, BUILD_PARAMETERS);
  expect(problems).toEqual([]);
});
