import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { COMPONENTS } from '../scripts/lib/parameters/components.ts';
import { neededResources, readResourceList } from '../scripts/lib/resources/list.ts';

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

  // A component is made of packages, or of what its vendor has, for every architecture, or can't be had at all.
  it.each(Object.keys(arch))('has an answer for every component on %s', of => {
    const packages = valuesOf(name, 'OS_COMPONENT_PACKAGES');
    const kind = { os: name, arch: of, pythonVersion: '3.11.2', region: 'eu-west-1', skip: [] };
    const outside = neededResources(readResourceList([]), kind).map(({ component }) => component);
    const answers = Object.keys(packages).map(component => {
      if (os[name].lacks?.[component]) return [component, 'lacks'];
      return [component, packages[component] || outside.includes(component) ? 'has' : 'no answer'];
    });
    expect(answers.filter(([, answer]) => answer === 'no answer')).toEqual([]);
    const lacks = answers.filter(([, answer]) => answer === 'lacks').map(([component]) => component);
    expect(lacks).toEqual(Object.keys(os[name].lacks ?? {}));
    expect(valuesOf(name, 'OS_TDS_DRIVER')[of] !== '').toBe(!lacks.includes('odbc'));
  });

  it('says what depends on the architecture for each of them', () => {
    for (const table of ['OS_TDS_DRIVER']) expect(keysOf(name, table)).toEqual(Object.keys(arch).sort());
  });
});

/** An associative array of a layer's lib/components.sh. */
function valuesOf(layer: string, table: string): Record<string, string> {
  const script = `source "$1" && for key in "\${!${table}[@]}"; do printf '%s\t%s\n' "$key" "\${${table}[$key]}"; done`;
  const file = join(import.meta.dirname, layer, 'lib/components.sh');
  const lines = execFileSync('bash', ['-euc', script, 'bash', file], { encoding: 'utf8' }).split('\n').filter(Boolean);
  return Object.fromEntries(lines.map(line => line.split('\t')));
}

/** The keys of an associative array of a layer's lib/components.sh, sorted. */
function keysOf(layer: string, table: string): string[] {
  const script = `source "$1" && printf '%s\\n' "\${!${table}[@]}"`;
  const file = join(import.meta.dirname, layer, 'lib/components.sh');
  return execFileSync('bash', ['-euc', script, 'bash', file], { encoding: 'utf8' }).trim().split('\n').sort();
}
