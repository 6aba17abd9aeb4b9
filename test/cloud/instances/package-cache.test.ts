import { readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { beforeEach, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../temporary-folder.ts';
import { createPackageCache } from './package-cache.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder('packages-');
});

function request(url: string, headers: object = {}, method = 'GET'): IncomingMessage {
  return { url, method, headers: { host: 'deb.example.org', ...headers } } as IncomingMessage;
}

function reply(body: string, length = body.length, statusCode = 200): IncomingMessage {
  const stream = Readable.from([Buffer.from(body)]);
  return Object.assign(stream, {
    statusCode,
    headers: { 'content-length': String(length) },
  }) as unknown as IncomingMessage;
}

const files = () => readdirSync(folder);

it('keeps a package that arrives whole', async () => {
  createPackageCache(folder).keep(request('/a_1.deb'), reply('abc'));
  await vi.waitFor(() => expect(files()).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]));
  expect(statSync(join(folder, files()[0] ?? '')).size).toBe(3);
});

it.each([
  ['shorter than announced', request('/a_1.deb'), reply('abc', 4)],
  ['an error', request('/a_1.deb'), reply('abc', 3, 404)],
  ['no package', request('/Packages.gz'), reply('abc')],
  ['a part', request('/a_1.deb', { range: 'bytes=0-2' }), reply('abc')],
  ['only its head', request('/a_1.deb', {}, 'HEAD'), reply('', 0)],
])('does not keep what is %s', async (_, asked, answered) => {
  createPackageCache(folder).keep(asked, answered);
  answered.resume();
  await vi.waitFor(() => expect(answered.readableEnded).toBe(true));
  await vi.waitFor(() => expect(files()).toEqual([]));
});

it('removes what was not used for longest when there is too much', async () => {
  const packages = createPackageCache(folder, 7);
  for (const [number, name] of ['/a.rpm', '/b.rpm', '/c.rpm'].entries()) {
    const before = files();
    packages.keep(request(name), reply('abc'));
    await vi.waitFor(() => expect(files().filter(file => /^[0-9a-f]{64}$/.test(file))).not.toEqual(before));
    for (const file of files().filter(file => !before.includes(file))) utimesSync(join(folder, file), number, number);
  }
  await vi.waitFor(() => expect(files()).toHaveLength(2));
});

it('what a killed process left half written goes', () => {
  writeFileSync(join(folder, 'x.unfinished'), 'ab');
  createPackageCache(folder);
  expect(files()).toEqual([]);
});
