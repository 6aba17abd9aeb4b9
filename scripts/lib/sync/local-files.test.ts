import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import type { Problem } from '../command/problems.ts';
import { localFiles } from './local-files.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder('sync-');
});

function put(name: string, content: string): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

function read(): { names: string[]; messages: string } {
  const problems: Problem[] = [];
  const names = localFiles(folder, 'prefix/', problems).map(({ name }) => name);
  return { names, messages: problems.map(({ value, message }) => `${value} ${message}`).join('\n') };
}

it('skips dotfiles at every level and its own README, and follows links to files', () => {
  put('.hidden', 'x');
  put('a/.git/config', 'x');
  put('README.md', 'x');
  put('a/real', 'x');
  symlinkSync('real', join(folder, 'a/link'));
  expect(read()).toEqual({ names: ['a/link', 'a/real'], messages: '' });
});

it('refuses what S3 can not hold, all of it at once', () => {
  const long = Array.from({ length: 5 }, () => 'ü'.repeat(120)).join('/');
  put(long, 'x');
  put('compiled/python', 'x');
  put('huge', '');
  truncateSync(join(folder, 'huge'), 80 * 1024 ** 3);
  symlinkSync('nowhere', join(folder, 'broken'));
  symlinkSync('.', join(folder, 'round'));
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x66, 0xff])]), 'x');
  const { messages } = read();
  expect(messages).toMatch(/broken is a link to nothing/);
  expect(messages).toMatch(/what they have compiled/);
  expect(messages).toMatch(/round is a link to a folder/);
  expect(messages).toMatch(/more than 1024 bytes/);
  expect(messages).toMatch(/not UTF-8/);
  expect(messages).toMatch(/huge has 80\.00 GiB; more than 78\.13 GiB can not be uploaded/);
});

it('takes a file of as many parts as S3 does', () => {
  put('large', '');
  truncateSync(join(folder, 'large'), 10_000 * 8 * 2 ** 20);
  expect(read()).toEqual({ names: ['large'], messages: '' });
});
