import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../temporary-folder.ts';
import { type BaseOptions, cachedBase } from './cached-base.ts';

let options: BaseOptions;
beforeEach(() => {
  const folder = temporaryFolder('base-');
  options = { folder, caCertificate: join(folder, 'ca.pem'), log: () => {} };
  writeFileSync(options.caCertificate, 'one certificate');
});

const make = vi.fn(async (root: string) => writeFileSync(join(root, 'made'), 'whole'));
beforeEach(() => void make.mockClear());

it('makes an image once', async () => {
  const first = await cachedBase('debian12', 'recipe', options, make);
  expect(readFileSync(join(first.rootfs, 'made'), 'utf8')).toBe('whole');
  expect(first.name).toMatch(/^debian12-\d{8}T\d{6}$/);
  expect(await cachedBase('debian12', 'recipe', options, make)).toEqual(first);
  expect(make).toHaveBeenCalledTimes(1);
});

it('makes another one for another recipe or another certificate', async () => {
  const first = await cachedBase('debian12', 'recipe', options, make);
  const second = await cachedBase('debian12', 'recipe, improved', options, make);
  writeFileSync(options.caCertificate, 'another certificate');
  const third = await cachedBase('debian12', 'recipe', options, make);
  expect(new Set([first.rootfs, second.rootfs, third.rootfs]).size).toBe(3);
});

it('an image that was interrupted does not count, and leaves nothing in the next', async () => {
  const interrupted = async (root: string) => {
    writeFileSync(join(root, 'half'), 'made');
    throw new Error('the mirror is away');
  };
  await expect(cachedBase('debian12', 'recipe', options, interrupted)).rejects.toThrow('the mirror is away');
  const { rootfs } = await cachedBase('debian12', 'recipe', options, make);
  expect(existsSync(join(rootfs, 'half'))).toBe(false);
  expect(readdirSync(join(options.folder, 'base'))).toHaveLength(1);
});
