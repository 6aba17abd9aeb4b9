import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { whatChanges } from './changes.ts';
import { sampleImage } from './samples.ts';

let dist = '';
beforeEach(() => {
  dist = mkdtempSync(join(tmpdir(), 'dist-'));
  onTestFinished(() => rmSync(dist, { recursive: true }));
});

const built = (buildId: string, day: number) => sampleImage(day, { tags: { BuildId: buildId } });

/** Records a build whose image has these packages. */
function record(buildId: string, packages: Record<string, string>): void {
  const folder = join(dist, 'ami', buildId);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'plan.json'), JSON.stringify({ buildId, imageName: 'lava-x', parameters: {} }));
  const components = Object.entries(packages).map(([name, version]) => ({ type: 'library', name, version }));
  writeFileSync(join(folder, 'sbom.cdx.json'), JSON.stringify({ bomFormat: 'CycloneDX', components }));
}

test('by the records of both builds', async () => {
  record('one', { bash: '5.2', curl: '8.1', same: '1' });
  record('two', { bash: '5.3', jq: '1.7', same: '1' });
  expect(await whatChanges(dist, built('one', 1), built('two', 2))).toEqual([
    '1 added, 1 removed, 1 changed:',
    '  Packages: bash 5.2 -> 5.3',
    '  Packages: curl gone: 8.1',
    '  Packages: jq new: 1.7',
  ]);
  expect(await whatChanges(dist, built('one', 1), built('one', 2))).toEqual(['Nothing on the image changes.']);
});

test('many changes are cut short, with the command that shows all', async () => {
  const packages = (version: string) =>
    Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`p${n + 10}`, version]));
  record('one', packages('1'));
  record('two', packages('2'));
  const lines = await whatChanges(dist, built('one', 1), built('two', 2));
  expect(lines).toHaveLength(22);
  expect(lines.at(-1)).toBe(`  and 10 more: make diff a=${sampleImage(1).id} b=${sampleImage(2).id}`);
});

test('without a record that is said, and the tags are compared', async () => {
  record('one', {});
  const to = { ...built('elsewhere', 2), pythonVersion: '3.12.1' };
  expect(await whatChanges(dist, built('one', 1), to)).toEqual([
    `What is on ${to.id} is not recorded here. By their tags:`,
    '  Python: 3.11.12 -> 3.12.1',
  ]);
  const [, line] = await whatChanges(dist, sampleImage(1), sampleImage(2));
  expect(line).toBe('  nothing changes but the build');
});

test('a broken record is said as well, and an image that is gone', async () => {
  record('one', {});
  record('two', {});
  writeFileSync(join(dist, 'ami/two/sbom.cdx.json'), '{');
  expect((await whatChanges(dist, built('one', 1), built('two', 2)))[0]).toMatch(
    /two\/sbom.cdx.json is not a CycloneDX document/,
  );
  expect(await whatChanges(dist, undefined, built('two', 2))).toEqual([
    'What changes is not known: there is no such image as the stack has now.',
  ]);
});
