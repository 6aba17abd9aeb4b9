import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import type { Plan } from '../plan/plan.ts';
import { shellVariables, stage } from './stage.ts';

const PLAN = {
  environment: { LAVA_OS: 'debian12', LAVA_TIMEZONE: 'UTC' },
  resources: [{ name: 'python', version: '3.11.2', path: 'python/3.11.2/Python.tgz', sha256: 'abc' }],
  tags: { Repo: 'https://git.example/ami' },
} as unknown as Plan;

/** A small factory: path to content; what begins with `#!` is executable. */
function factory(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'stage-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
    chmodSync(join(root, name), content.startsWith('#!') ? 0o700 : 0o600);
  }
  return root;
}

const FILES = {
  'ami/provision': '#!/bin/sh\n',
  'ami/conf.d/10-a.sh': 'common a',
  'ami/conf.d/20-b.sh': 'common b',
  'ami/resources.s3/big.zip': 'stays here',
  'ami/project.json': '{}',
  'os/debian12/conf.d/20-b.sh': 'debian b',
  'os/debian12/rootfs/etc/motd': 'hello',
  'os/amzn2023/conf.d/30-c.sh': 'another system',
  'boot/dist/rc.d/00_region': '#!/usr/bin/node\n',
  'boot/lib/region.ts': 'source',
  Makefile: 'all:',
  'package.json': '{"name": "factory", "version": "1.2.3", "dependencies": {"yaml": "1"}}',
  'deploy/operator-policy.json': '{}',
  'deploy/sample.yaml': 'dev: {}',
  'scripts/help.txt': 'help',
  'scripts/plan.ts': 'source',
  'scripts/dist/plan.mjs': 'compiled',
  'ami/provision.bats': 'test',
  'test/image/hygiene.bats': '#!/usr/bin/env bats\n',
  'node_modules/bats/bin/bats': '#!/bin/sh\n',
  'node_modules/bats/lib/a': '',
  'node_modules/bats/libexec/a': '',
  'node_modules/bats/man/a': 'not needed',
  'node_modules/bats-support/load.bash': '',
  'node_modules/bats-support/src/a': '',
  'node_modules/bats-assert/load.bash': '',
  'node_modules/bats-assert/src/a': '',
};

function listing(tarball: string): string {
  return spawnSync('tar', ['-tvzf', tarball, '--numeric-owner'], { encoding: 'utf8' }).stdout;
}

function contents(tarball: string): string[] {
  return listing(tarball).replaceAll(/^.* /gm, '').trim().split('\n');
}

it('lays the layer of the operating system over the common one', async () => {
  const root = factory(FILES);
  const tarball = await stage(PLAN, mkdtempSync(join(tmpdir(), 'build-')), root);
  const names = contents(tarball).filter(name => !/^(factory|test)\//.test(name));
  expect(names).toEqual([
    'Makefile',
    'boot/',
    'boot/rc.d/',
    'boot/rc.d/00_region',
    'build.env',
    'conf.d/',
    'conf.d/10-a.sh',
    'conf.d/20-b.sh',
    'provision',
    'resources.tsv',
    'rootfs/',
    'rootfs/etc/',
    'rootfs/etc/motd',
  ]);
  const b = spawnSync('tar', ['-xzOf', tarball, 'conf.d/20-b.sh'], { encoding: 'utf8' }).stdout;
  expect(b).toBe('debian b');
});

it('adds the factory, with compiled scripts and without tests, sources and resources', async () => {
  const tarball = await stage(PLAN, mkdtempSync(join(tmpdir(), 'build-')), factory(FILES));
  const names = listing(tarball).replaceAll(/^.* /gm, '').split('\n');
  expect(names.filter(name => /^factory\/(?!test\/).*[^/]$/.test(name))).toEqual([
    'factory/Makefile',
    'factory/ami/conf.d/10-a.sh',
    'factory/ami/conf.d/20-b.sh',
    'factory/ami/provision',
    'factory/boot/dist/rc.d/00_region',
    'factory/deploy/operator-policy.json',
    'factory/deploy/sample.yaml',
    'factory/os/amzn2023/conf.d/30-c.sh',
    'factory/os/debian12/conf.d/20-b.sh',
    'factory/os/debian12/rootfs/etc/motd',
    'factory/package.json',
    'factory/scripts/dist/plan.mjs',
    'factory/scripts/help.txt',
  ]);
  expect(names).toContain('factory/ami/resources.s3/');
  expect(names).toContain('factory/test/image/hygiene.bats');
  expect(names).toContain('factory/test/lib/bats/bin/bats');
  const json = spawnSync('tar', ['-xzOf', tarball, 'factory/package.json'], { encoding: 'utf8' }).stdout;
  expect(JSON.parse(json)).toEqual({ name: 'factory', version: '1.2.3', repository: 'https://git.example/ami' });
});

it('adds the tests of the image, with what runs them', async () => {
  const tarball = await stage(PLAN, mkdtempSync(join(tmpdir(), 'build-')), factory(FILES));
  const files = contents(tarball).filter(name => name.startsWith('test/') && !name.endsWith('/'));
  expect(files).toEqual([
    'test/image/hygiene.bats',
    'test/lib/bats-assert/load.bash',
    'test/lib/bats-assert/src/a',
    'test/lib/bats-support/load.bash',
    'test/lib/bats-support/src/a',
    'test/lib/bats/bin/bats',
    'test/lib/bats/lib/a',
    'test/lib/bats/libexec/a',
  ]);
});

it('makes the same tarball of the same tree, whatever the umask and the time', async () => {
  const first = await stage(PLAN, mkdtempSync(join(tmpdir(), 'build-')), factory(FILES));
  const before = process.umask(0o077);
  const second = await stage(PLAN, mkdtempSync(join(tmpdir(), 'build-')), factory(FILES));
  process.umask(before);
  expect(readFileSync(second).equals(readFileSync(first))).toBe(true);
  expect(listing(first)).toMatch(/-rwxr-xr-x.* provision$/m);
  expect(listing(first)).toMatch(/-rw-r--r--.* conf\.d\/10-a\.sh$/m);
});

it('quotes settings so that a shell reads them back as they were', () => {
  const values = { A: "it's", B: 'a b', C: '$(touch x) `y` ;', D: 'line\nline', E: '' };
  const script = `${shellVariables(values)}printf '%s\\0' "$A" "$B" "$C" "$D" "$E"`;
  const { stdout } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  expect(stdout.split('\0').slice(0, -1)).toEqual(Object.values(values));
});
