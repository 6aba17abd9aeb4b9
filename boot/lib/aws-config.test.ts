import { mkdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { recorder } from '../test/recorder.ts';
import { configureRegion } from './aws-config.ts';

let folder: string;
let config: string;
let rootConfig: string;
beforeEach(() => {
  folder = temporaryFolder('lava-boot-aws-');
  config = join(folder, 'etc/aws/config');
  rootConfig = join(folder, 'root/.aws/config');
});

function configure(region: string): string[] {
  const { journal } = recorder();
  configureRegion(region, journal, config, rootConfig);
  expect(journal.problems).toEqual([]);
  return journal.done;
}

it('writes the region where root finds it', () => {
  expect(configure('us-west-2')).toEqual(['region us-west-2']);
  expect(readFileSync(rootConfig, 'utf8')).toMatch(/^\[default\]\nregion = us-west-2\n$/m);
  expect(readlinkSync(rootConfig)).toBe(config);
  expect(statSync(dirname(rootConfig)).mode & 0o777).toBe(0o700);
  expect(statSync(config).mode & 0o777).toBe(0o644);
});

it('writes only what changes', () => {
  configure('us-west-2');
  const before = statSync(config).ino;
  configure('us-west-2');
  expect(statSync(config).ino).toBe(before);
  configure('eu-west-1');
  expect(readFileSync(rootConfig, 'utf8')).toContain('eu-west-1');
});

it("leaves root's own configuration alone", () => {
  mkdirSync(dirname(rootConfig), { recursive: true });
  writeFileSync(rootConfig, '[default]\nregion = mine\n');
  expect(configure('us-west-2')[1]).toContain('was left alone');
  expect(readFileSync(rootConfig, 'utf8')).toContain('mine');
});
