import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, relative } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../test/temporary-folder.ts';
import { buildBoot } from './build.ts';
import { isOurs } from './lib/one-process.ts';

let folder: string;
let files: string[];
beforeAll(async () => {
  folder = temporaryFolder('lava-boot-build-');
  files = await buildBoot(join(folder, 'one'));
});

it('makes one executable per script, and lava-boot', () => {
  expect(files.map(file => relative(join(folder, 'one'), file))).toEqual([
    'rc.d/00_aws_region',
    'rc.d/05_shell0',
    'rc.d/10_userdata',
    'rc.d/20_swap',
    'rc.d/60_crontab',
    'rc.d/99_shell',
    'bin/lava-boot',
  ]);
  for (const file of files) {
    expect(statSync(file).mode & 0o777).toBe(0o755);
    expect(readFileSync(file, 'utf8').split('\n')[0]).toBe('#!/usr/local/lib/lava/bin/node');
    expect(isOurs(file)).toBe(true);
  }
});

it('gives the same bytes every time, and names no place of this machine', async () => {
  const again = await buildBoot(join(folder, 'two'));
  for (const [index, file] of files.entries()) {
    const bytes = readFileSync(file);
    expect(bytes.equals(readFileSync(again[index]!))).toBe(true);
    expect(bytes.includes(process.cwd())).toBe(false);
  }
});

it('needs nothing but Node: every other module is inside', () => {
  for (const file of files) {
    const modules = [...readFileSync(file, 'utf8').matchAll(/(?<![.\w])require\("([^"]+)"\)/g)].map(match => match[1]!);
    expect(modules.filter(name => !isBuiltin(name))).toEqual([]);
    execFileSync(process.execPath, ['--check', '-'], { input: readFileSync(file, 'utf8').replace(/^#!.*/, '') });
  }
});
