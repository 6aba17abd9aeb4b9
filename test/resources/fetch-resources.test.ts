import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { Progress } from '../../scripts/lib/command/progress.ts';
import { fetchResources } from '../../scripts/lib/resources/fetch.ts';
import { neededResources, type Resource, readResourceList } from '../../scripts/lib/resources/list.ts';
import { addPython, pinResources } from '../../scripts/lib/resources/pin.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const CONTENT = Buffer.alloc(300_000, 'lava');
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');
const progress: Progress = { isLive: false, working() {}, line() {}, end() {} };

const KIND = { os: 'debian12', arch: 'x86_64', pythonVersion: '3.11.2', skip: [] };

let home: string;
let folder: string;
let server: Server;
let origin: string;
let requests: string[];
/** Bytes after which the next answer is cut off. */
let cutAfter: number | undefined;

beforeAll(async () => {
  home = temporaryFolder('lava-vendor-');
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const files = ['-keyout', join(home, 'key.pem'), '-out', join(home, 'cert.pem')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...names, ...files], {
    stdio: 'ignore',
  });
  const credentials = { key: readFileSync(join(home, 'key.pem')), cert: readFileSync(join(home, 'cert.pem')) };
  server = createServer(credentials, answer);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  origin = `https://localhost:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  vi.stubEnv('CURL_CA_BUNDLE', join(home, 'cert.pem'));
  folder = mkdtempSync(join(home, 'resources-'));
  requests = [];
  cutAfter = undefined;
});

function answer(request: IncomingMessage, response: ServerResponse) {
  requests.push(`${request.url} ${request.headers.range ?? ''}`.trim());
  if (request.url === '/plain') {
    response.writeHead(302, { location: origin.replace('https', 'http') }).end();
    return;
  }
  if (request.url !== '/tool.zip') {
    response.writeHead(404).end();
    return;
  }
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const rest = CONTENT.subarray(from);
  const range = { 'content-range': `bytes ${from}-${CONTENT.length - 1}/${CONTENT.length}` };
  response.writeHead(from > 0 ? 206 : 200, { 'content-length': rest.length, ...(from > 0 && range) });
  if (cutAfter === undefined) response.end(rest);
  else response.write(rest.subarray(0, cutAfter), () => setTimeout(() => response.destroy(), 100));
  cutAfter = undefined;
}

function resource(part: Partial<Resource> = {}): Resource {
  return {
    name: 'tool',
    version: '1',
    url: `${origin}/tool.zip`,
    path: 'tool/1/tool.zip',
    sha256: SHA256,
    line: 7,
    ...part,
  };
}

function fetch(resources: Resource[], pin = false) {
  return fetchResources(resources, { folder, pin, signal: new AbortController().signal, progress });
}

it('fetches what is not there, and nothing again', async () => {
  expect(await fetch([resource()])).toMatchObject({ fetched: [{ name: 'tool' }], failures: [] });
  expect(readFileSync(join(folder, 'tool/1/tool.zip')).equals(CONTENT)).toBe(true);
  expect(await fetch([resource()])).toEqual({ fetched: [], pinned: [], failures: [] });
  expect(requests).toHaveLength(1);
});

it('goes on where it was cut off', async () => {
  cutAfter = 100_000;
  const { failures } = await fetch([resource()]);
  expect(failures).toEqual([expect.stringContaining('tool/1/tool.zip: https://localhost')]);
  expect(existsSync(join(folder, 'tool/1/tool.zip'))).toBe(false);
  expect(await fetch([resource()])).toMatchObject({ fetched: [{ name: 'tool' }], failures: [] });
  expect(requests.at(-1)).toMatch(/^\/tool\.zip bytes=\d{4,}-$/);
});

it('replaces another file, and keeps nothing of what has another checksum', async () => {
  const wrong = resource({ sha256: 'a'.repeat(64) });
  expect((await fetch([wrong])).failures).toEqual([
    expect.stringMatching(/now has the checksum [0-9a-f]{64}, and a{64} is pinned \(ami\/resources.yaml, line 7\)/),
  ]);
  expect(readdirSync(join(folder, 'tool/1'))).toEqual([]);
  writeFileSync(join(folder, 'tool/1/tool.zip'), 'something else');
  expect(await fetch([resource()])).toMatchObject({ fetched: [{ name: 'tool' }], failures: [] });
});

it('does not follow a redirect to plain http, and says all that fails', async () => {
  const { failures } = await fetch([
    resource({ url: `${origin}/plain`, path: 'a/1/plain' }),
    resource({ url: `${origin}/missing`, path: 'b/1/missing' }),
    resource({ sha256: undefined, path: 'c/1/tool.zip' }),
  ]);
  expect(failures.sort()).toEqual([
    expect.stringMatching(/^a\/1\/plain: .*Protocol "http" (disabled|not supported)/),
    expect.stringMatching(/^b\/1\/missing: .*404/),
    expect.stringMatching(/^c\/1\/tool.zip: it has no checksum yet; pin=yes/),
  ]);
});

it('pins what is new, and leaves everything else of the list as it is', async () => {
  const list = join(folder, 'resources.yaml');
  const text = `# What images take.\nresources:\n  # The tool.\n  - name: tool\n    version: "1"\n    url: ${origin}/tool.zip\n`;
  writeFileSync(list, text);
  const { pinned, failures } = await fetch(neededResources(readResourceList([], list), KIND), true);
  expect(failures).toEqual([]);
  pinResources(pinned, list);
  expect(readFileSync(list, 'utf8')).toBe(`${text}    sha256: ${SHA256}\n`);
});

it('pins by region what there is one of for each region', async () => {
  const list = join(folder, 'resources.yaml');
  const text = `resources:\n  - name: trust-\${region}\n    version: "1"\n    url: ${origin}/tool.zip#\${region}\n`;
  writeFileSync(list, text);
  for (const region of ['eu-west-1', 'us-east-1']) {
    const needed = neededResources(readResourceList([], list), { ...KIND, region });
    expect(needed).toMatchObject([{ name: `trust-${region}`, path: `trust-${region}/1/tool.zip`, sha256: undefined }]);
    const { pinned, failures } = await fetch(needed, true);
    expect(failures).toEqual([]);
    pinResources(pinned, list);
  }
  const pins = `    sha256:\n      eu-west-1: ${SHA256}\n      us-east-1: ${SHA256}\n`;
  expect(readFileSync(list, 'utf8')).toBe(`${text}${pins}`);
  expect(neededResources(readResourceList([], list), { ...KIND, region: 'us-east-1' })).toMatchObject([
    { sha256: SHA256 },
  ]);
});

it('adds another Python like the one that is there', () => {
  const list = join(folder, 'resources.yaml');
  writeFileSync(
    list,
    'resources:\n  - name: python\n    version: "3.11.2"\n    url: https://a/${version}/p-${version}.tgz\n    sha256: ab\n'.replace(
      'ab',
      SHA256,
    ),
  );
  addPython('3.10', readResourceList([], list), list);
  expect(readResourceList([], list)).toMatchObject([
    { version: '3.11.2', sha256: SHA256 },
    { name: 'python', version: '3.10', url: 'https://a/3.10/p-3.10.tgz' },
  ]);
});

it.each([
  ['is verified', 'good', []],
  ['of another key is refused', 'other', [expect.stringContaining('was not made by the key')]],
  ['of another file is refused', 'bad', [expect.stringContaining('is of another file')]],
])('a signature %s', async (_what, kind, expected) => {
  const keyring = temporaryFolder('lava-gpg-');
  vi.stubEnv('GNUPGHOME', keyring);
  const gpg = (...words: string[]) =>
    execFileSync('gpg', ['--batch', '--quiet', ...words], { encoding: 'utf8', stdio: 'pipe' });
  try {
    gpg('--passphrase', '', '--quick-generate-key', 'vendor@example.com', 'ed25519', 'sign', 'never');
    const key = /^fpr:+([0-9A-F]{40}):/m.exec(gpg('--with-colons', '--list-keys'))?.[1] ?? '';
    const signed = join(keyring, 'tool.zip');
    writeFileSync(signed, kind === 'bad' ? 'another' : CONTENT);
    gpg('--detach-sign', signed);
    const signature = readFileSync(`${signed}.sig`);
    server.removeAllListeners('request');
    server.on('request', (request, response) =>
      request.url === '/tool.zip.sig' ? response.end(signature) : answer(request, response),
    );
    const wanted = { url: `${origin}/tool.zip.sig`, key: kind === 'other' ? 'A'.repeat(40) : key };
    const { failures, pinned } = await fetch([resource({ sha256: undefined, signature: wanted })], true);
    expect(failures).toEqual(expected);
    expect(pinned).toHaveLength(1 - expected.length);
    expect(readdirSync(join(folder, 'tool/1'))).toEqual(expected.length > 0 ? [] : ['tool.zip']);
  } finally {
    execFileSync('gpgconf', ['--homedir', keyring, '--kill', 'all']);
  }
});
