import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { COMPONENTS } from '../scripts/lib/components.ts';

const ROOT = join(import.meta.dirname, '..');
const { os, arch, defaults } = parse(readFileSync(join(ROOT, 'ami/ami-build.yaml'), 'utf8'));
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

  // Python's packages are wheels, the same everywhere.
  it('says of every component what it is made of', () => {
    const components = Object.keys(COMPONENTS).filter(component => component !== 'python-packages');
    expect(keysOf(name, 'OS_COMPONENT_PACKAGES')).toEqual(components.sort());
  });

  it('says what depends on the architecture for each of them', () => {
    for (const table of ['OS_TDS_DRIVER']) expect(keysOf(name, table)).toEqual(Object.keys(arch).sort());
  });
});

/** The keys of an associative array of a layer's lib/components.sh, sorted. */
function keysOf(layer: string, table: string): string[] {
  const script = `source "$1" && printf '%s\\n' "\${!${table}[@]}"`;
  const file = join(import.meta.dirname, layer, 'lib/components.sh');
  return execFileSync('bash', ['-euc', script, 'bash', file], { encoding: 'utf8' }).trim().split('\n').sort();
}
