import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { UserMistake } from '../../scripts/lib/command/problems.ts';
import { recordOfImage } from '../../scripts/lib/housekeeping/journal.ts';
import { localBuilds } from '../../scripts/lib/housekeeping/local-builds.ts';
import { wouldBeLost } from '../../scripts/lib/record/clean.ts';
import { durationsOfBuilds } from '../../scripts/lib/record/durations.ts';
import { findSbom, notRecorded } from '../../scripts/lib/record/sbom.ts';
import { findResumable } from '../../scripts/lib/resume/resumable.ts';
import { whatChanges } from '../../scripts/lib/rollout/changes.ts';
import { sampleImage } from '../../scripts/lib/rollout/samples.ts';
import { temporaryFolder } from '../temporary-folder.ts';

// A build's record, each file of which is broken in each way, beside one that is whole: whatever reads them passes over
// the broken one, says so, and still finds the whole one.

const PLAN = {
  imageName: 'lava-x',
  parameters: { region: { value: 'us-east-1', source: 'config' } },
  variables: {},
  startedAt: '2026-01-01T00:00:00.000Z',
  description: 'd',
  loginUser: 'admin',
  tags: {},
  buildTags: {},
  place: { folder: 'f', bucket: 'b', prefix: 'p', encryption: {} },
  resources: [],
  environment: {},
};
const OUTCOME = { ok: true, steps: [{ name: 'packer', seconds: 7, ok: true }] };
const KEPT = { log: 'l', instanceId: 'i-1', keyPair: { name: 'k', privateKeyFile: 'f' } };

const BROKEN: Record<string, string | Buffer | 'a folder'> = {
  'of no bytes': '',
  'half written': '{"buildId":"b-1","image',
  'an empty list': '[]',
  null: 'null',
  'a number': '7',
  'a text': '"buildId"',
  'of other keys': '{"__proto__":{"ok":true},"constructor":1}',
  'of wrong types':
    '{"buildId":{},"imageName":[],"parameters":[null],"ok":"yes","steps":{"a":1},"keyPair":"k","bomFormat":"CycloneDX","components":{"a":1}}',
  'of wrong types within':
    '{"buildId":"b","imageName":"i","parameters":{"region":null},"ok":true,"steps":[null],"log":"l","keyPair":{"name":1},"bomFormat":"CycloneDX","components":[null]}',
  binary: Buffer.from([0, 255, 27, 91, 50, 74, 254]),
  'a folder': 'a folder',
};

let dist: string;
let said: string[];

beforeEach(() => {
  said = [];
  vi.spyOn(console, 'error').mockImplementation(line => void said.push(line));
  dist = temporaryFolder('dist-');
  for (const id of ['broken', 'whole']) {
    const folder = join(dist, 'ami', id);
    mkdirSync(folder, { recursive: true });
    const write = (name: string, content: object) => writeFileSync(join(folder, name), JSON.stringify(content));
    write('plan.json', { ...PLAN, buildId: id });
    write('build.json', OUTCOME);
    write('kept.json', KEPT);
    write('sbom.cdx.json', { bomFormat: 'CycloneDX' });
  }
});

function breakFile(file: string, how: string): void {
  rmSync(file, { force: true });
  const content = BROKEN[how] ?? '';
  if (content === 'a folder') mkdirSync(file);
  else writeFileSync(file, content);
}

/** The commands' readers, each with what it says of the build that is whole. */
const READERS: Record<string, () => unknown> = {
  'make sweep': () => expect(localBuilds(dist).find(({ buildId }) => buildId === 'whole')).toMatchObject({ ok: true }),
  'make resume': () => expect(findResumable(dist, 'whole').kept.instanceId).toBe('i-1'),
  'make resume, of the broken one': () => {
    try {
      findResumable(dist, 'broken');
    } catch (error) {
      expect(error).toBeInstanceOf(UserMistake);
    }
  },
  'make plan': () =>
    expect(durationsOfBuilds(dist, new Map([['region', { value: 'us-east-1', source: '' }]]))).toContain(7),
  'make diff': async () => {
    expect(await findSbom(dist, 'whole', async () => undefined)).toMatchObject({ bomFormat: 'CycloneDX' });
    expect(notRecorded(dist, 'a', 'other').fix).toContain('whole');
  },
  'make amis': async () => {
    const image = (BuildId: string) => sampleImage(1, { tags: { BuildId } });
    expect((await whatChanges(dist, image('broken'), image('whole'))).join()).toMatch(/./);
  },
  'make copy': () => expect(recordOfImage({ Name: 'another' }, 'copies.json', {}, { dist })).toContain('another'),
  'make clean': () => expect(wouldBeLost(dist).map(({ value }) => value)).toContain('whole'),
};

const FILES = ['plan.json', 'build.json', 'kept.json', 'sbom.cdx.json', 'packer.log', 'running.lock'];
/** Of these any text will do. */
const TEXT = ['packer.log'];

describe.each(FILES)('%s', file => {
  describe.each(Object.keys(BROKEN))('that is %s', how => {
    it.each(Object.keys(READERS))('holds up no %s', async reader => {
      breakFile(join(dist, 'ami/broken', file), how);
      await READERS[reader]?.();
      for (const line of said) expect(line).toMatch(/^\S*broken\/[\w.-]+ can not be read, and is passed over: [ -~]+$/);
    });
  });

  // Sweep does not ask what is on an image.
  if (file === 'sbom.cdx.json') return;

  it.each(Object.keys(BROKEN))('is named by make sweep when it is %s', how => {
    breakFile(join(dist, 'ami/broken', file), how);
    const builds = localBuilds(dist);
    expect(builds.map(({ buildId }) => buildId)).toEqual(file === 'plan.json' ? ['whole'] : ['broken', 'whole']);
    const isText = TEXT.includes(file) && how !== 'a folder';
    // A lock of JSON that names no process says nothing worth a line: its process has died.
    const isJson = file === 'running.lock' && !['of no bytes', 'half written', 'binary', 'a folder'].includes(how);
    expect(said).toEqual(isText || isJson ? [] : [expect.stringContaining(`broken/${file} can not be read`)]);
  });
});

it.each(Object.keys(BROKEN).filter(how => how !== 'an empty list'))(
  'a list that is %s is kept aside when something is added to it',
  how => {
    const file = recordOfImage({ Name: 'lava-y' }, 'copies.json', { n: 1 }, { dist });
    breakFile(file, how);
    recordOfImage({ Name: 'lava-y' }, 'copies.json', { n: 2 }, { dist, now: new Date('2026-01-01T00:00:00Z') });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject([{ n: 2 }]);
    expect(readdirSync(join(file, '..'))).toEqual(['copies.json', 'copies.json.unreadable-2026-01-01T00-00-00Z']);
    expect(said).toHaveLength(1);
  },
);

it.each(['ami', 'ami/broken'])('a file in the place of the folder %s holds nobody up', async place => {
  rmSync(join(dist, place), { recursive: true });
  writeFileSync(join(dist, place), '');
  expect(localBuilds(dist).map(({ buildId }) => buildId)).toEqual(place === 'ami' ? [] : ['whole']);
  expect(wouldBeLost(dist)).toHaveLength(place === 'ami' ? 0 : 1);
});
