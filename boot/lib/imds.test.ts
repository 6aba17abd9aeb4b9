import { createServer, type Server } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { type Metadata, ordinaryMetadata, startMetadataService, type Trouble } from '../test/metadata-service.ts';
import { Failure } from './failure.ts';
import { Imds, ImdsDisabled } from './imds.ts';

const closing: (() => Promise<unknown> | unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  vi.unstubAllEnvs();
});

async function imdsWith(metadata: Metadata, patience = 5_000) {
  const service = await startMetadataService(metadata);
  closing.push(service.close);
  return { imds: new Imds({ address: service.address, patience }), requests: service.requests };
}

it('reads with one token', async () => {
  const { imds, requests } = await imdsWith(ordinaryMetadata('bytes'));
  expect(await imds.get('user-data')).toEqual(Buffer.from('bytes'));
  expect(await imds.text('meta-data/placement/region')).toBe('us-east-1');
  expect(requests).toEqual([
    'PUT /latest/api/token',
    'GET /latest/user-data',
    'GET /latest/meta-data/placement/region',
  ]);
});

it('tells what is absent', async () => {
  const { imds } = await imdsWith(ordinaryMetadata());
  expect(await imds.get('user-data')).toBeUndefined();
  expect(await imds.text('meta-data/no/such')).toBeUndefined();
});

it('tells empty from absent, and keeps bytes as they are', async () => {
  const { imds } = await imdsWith(ordinaryMetadata(Buffer.from([0, 255, 13, 10])));
  expect(await imds.get('user-data')).toEqual(Buffer.from([0, 255, 13, 10]));
  const { imds: empty } = await imdsWith(ordinaryMetadata(''));
  expect(await empty.get('user-data')).toEqual(Buffer.alloc(0));
});

const TROUBLES: [string, Trouble[]][] = [
  ['503 for the token', [{ kind: 'status', status: 503 }]],
  [
    '429 for the token, then for the answer',
    [
      { kind: 'status', status: 429 },
      { kind: 'slow', milliseconds: 1 },
      { kind: 'status', status: 429 },
    ],
  ],
  ['500 three times', Array.from({ length: 3 }, (): Trouble => ({ kind: 'status', status: 500 }))],
  ['a dropped connection', [{ kind: 'drop' }, { kind: 'drop' }]],
  ['an answer cut off', [{ kind: 'slow', milliseconds: 1 }, { kind: 'truncate' }]],
  ['a token cut off', [{ kind: 'truncate' }]],
  ['an expired token', [{ kind: 'slow', milliseconds: 1 }, { kind: 'expire' }]],
  [
    'a slow answer',
    [
      { kind: 'slow', milliseconds: 700 },
      { kind: 'slow', milliseconds: 700 },
    ],
  ],
  [
    'a mixture',
    [
      { kind: 'drop' },
      { kind: 'status', status: 502 },
      { kind: 'truncate' },
      { kind: 'slow', milliseconds: 50 },
      { kind: 'expire' },
    ],
  ],
];

for (const [name, troubles] of TROUBLES) {
  it(`waits out ${name}`, async () => {
    const { imds } = await imdsWith({ ...ordinaryMetadata('{}'), troubles: [...troubles] });
    expect(await imds.get('user-data')).toEqual(Buffer.from('{}'));
  });
}

it('waits for an IMDS that is late', async () => {
  const late = await startMetadataService(ordinaryMetadata('{}'));
  await late.close();
  const imds = new Imds({ address: late.address, patience: 10_000 });
  const port = Number(new URL(late.address).port);
  setTimeout(
    async () => closing.push((await startMetadataService(ordinaryMetadata('{}'), '127.0.0.1', port)).close),
    1_000,
  );
  expect(await imds.get('user-data')).toEqual(Buffer.from('{}'));
});

it('says clearly that there is no IMDS', async () => {
  const gone = await startMetadataService(ordinaryMetadata());
  await gone.close();
  const failure = new Imds({ address: gone.address, patience: 300 }).get('user-data');
  await expect(failure).rejects.toThrow(/^IMDS, user-data: gave up after .* tried \d times: connect ECONNREFUSED/);
  await expect(failure).rejects.toBeInstanceOf(Failure);
});

it('does not hang on an IMDS that says nothing', async () => {
  const silent: Server = createServer(() => {}).listen(0, '127.0.0.1');
  closing.push(() => silent.close());
  await new Promise(resolve => silent.once('listening', resolve));
  const { port } = silent.address() as { port: number };
  const failure = new Imds({ address: `http://127.0.0.1:${port}`, patience: 500 }).get('user-data');
  await expect(failure).rejects.toThrow(/no complete answer within/);
});

it('knows an IMDS that is turned off', async () => {
  const { imds, requests } = await imdsWith({ ...ordinaryMetadata('{}'), disabled: true });
  await expect(imds.get('user-data')).rejects.toBeInstanceOf(ImdsDisabled);
  expect(requests).toHaveLength(1);
});

it('does not repeat what will not pass', async () => {
  const { imds, requests } = await imdsWith({ ...ordinaryMetadata('{}'), troubles: [{ kind: 'status', status: 400 }] });
  await expect(imds.get('user-data')).rejects.toThrow(/answered 400/);
  expect(requests).toHaveLength(1);
});

it('pays no attention to proxy variables', async () => {
  for (const name of ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY']) vi.stubEnv(name, 'http://127.0.0.1:9');
  vi.stubEnv('NODE_USE_ENV_PROXY', '1');
  const { imds } = await imdsWith(ordinaryMetadata('{}'), 500);
  expect(await imds.get('user-data')).toEqual(Buffer.from('{}'));
});
