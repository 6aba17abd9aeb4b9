import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '..');
const { os, defaults } = parse(readFileSync(join(ROOT, 'ami/ami-build.yaml'), 'utf8'));
const folders = readdirSync(import.meta.dirname).filter(name =>
  statSync(join(import.meta.dirname, name)).isDirectory(),
);

it('there is a layer for every operating system of ami-build.yaml, and no other', () => {
  expect(folders.sort()).toEqual(Object.keys(os).sort());
  expect(folders).toContain(defaults.os);
});

describe.each(folders)('%s', name => {
  const script = readFileSync(join(import.meta.dirname, name, 'lib/os.sh'), 'utf8');

  it.each([
    'os_upgrade()',
    'os_install()',
    'os_clean_packages()',
    'os_setuid_files()',
    'os_installed()',
    'os_remove()',
    'os_versions()',
    'os_python_settings()',
    'OS_PACKAGES=',
    'OS_NODE=',
    'OS_RC_LOCAL=',
    'OS_PYTHON_PACKAGES=',
    'OS_PYTHON_BUILD_PACKAGES=',
  ])('gives the common layer its %s', wanted => expect(script).toContain(`\n${wanted}`));

  it('has configurators that are numbered, so that they run where they belong', () => {
    for (const folder of ['conf.d', 'seal.d']) {
      const path = join(import.meta.dirname, name, folder);
      for (const file of existsSync(path) ? readdirSync(path) : []) expect(file).toMatch(/^\d\d-[a-z0-9-]+\.sh$/);
    }
  });
});
