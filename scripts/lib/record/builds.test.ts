import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { isCalled, knownBuilds } from './builds.ts';

/** A folder of records: the name of each build, and its files. */
function dist(builds: Record<string, Record<string, unknown>>): string {
  const folder = temporaryFolder('dist-');
  for (const [name, files] of Object.entries(builds)) {
    mkdirSync(join(folder, 'ami', name), { recursive: true });
    for (const [file, content] of Object.entries(files)) {
      writeFileSync(join(folder, 'ami', name, file), JSON.stringify(content));
    }
  }
  return folder;
}

const plan = (buildId: string, imageName = 'lava-x') => ({ buildId, imageName, parameters: {} });

it('lists the builds that came as far as a plan, oldest first', () => {
  const folder = dist({
    '2026-02-02T00-00-00Z': { 'plan.json': plan('second') },
    '2026-01-01T00-00-00Z': { 'plan.json': plan('first'), 'build.json': { ok: true, imageId: 'ami-1', steps: [] } },
    '2026-03-03T00-00-00Z': {},
  });
  const builds = knownBuilds(folder);
  expect(builds.map(({ plan }) => plan.buildId)).toEqual(['first', 'second']);
  expect(builds[0]?.outcome).toEqual({ ok: true, imageId: 'ami-1', steps: [] });
  expect(builds[1]?.outcome).toBeUndefined();
});

it('lists none where nothing was built', () => {
  expect(knownBuilds(temporaryFolder('dist-'))).toEqual([]);
});

it('knows a build by its id, its folder, its image and the name of its image', () => {
  const [build] = knownBuilds(
    dist({
      '2026-01-01T00-00-00Z': {
        'plan.json': plan('2026-01-01T00-00-00Z-1f2e', 'lava-8.1.0'),
        'build.json': { ok: true, imageId: 'ami-1', steps: [] },
      },
    }),
  );
  for (const name of ['2026-01-01T00-00-00Z-1f2e', '2026-01-01T00-00-00Z', 'lava-8.1.0', 'ami-1']) {
    expect(build && isCalled(build, name)).toBe(true);
  }
  expect(build && isCalled(build, 'ami-2')).toBe(false);
});
