import { afterEach, beforeAll, expect, it } from 'vitest';
import { ROLE_CREDENTIALS } from '../test/metadata-service.ts';
import {
  type Certificate,
  newCertificate,
  type Store,
  type StoreTrouble,
  startObjectStore,
} from '../test/object-store.ts';
import { S3 } from './s3.ts';

let certificate: Certificate;
beforeAll(() => {
  certificate = newCertificate();
});

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function s3With(store: Partial<Store>, credentials = {}) {
  const service = await startObjectStore({ objects: {}, troubles: {}, ...store }, certificate);
  closing.push(service.close);
  const s3 = new S3({
    region: 'us-east-1',
    domain: 'amazonaws.com',
    credentials: {
      accessKeyId: ROLE_CREDENTIALS.AccessKeyId,
      secretAccessKey: ROLE_CREDENTIALS.SecretAccessKey,
      sessionToken: ROLE_CREDENTIALS.Token,
      ...credentials,
    },
    authorities: certificate.cert,
    connectTo: { address: '127.0.0.1', port: service.port },
    patience: 2_000,
  });
  return { s3, requests: service.requests };
}

const KEYS = [
  'key',
  'a/b/c.cron',
  'with space',
  'a=b&c=d+e',
  'what?now#then%20',
  "!'()*~-_.",
  'ünï/日本語/🚀',
  'a//b/../c/./d',
  '/begins with a slash',
  'ends with a slash/',
  'new\nline and \u0007',
  '\\back"slash',
  'x'.repeat(1024),
];

it.each(KEYS)('reads the key %j', async key => {
  const { s3 } = await s3With({ objects: { [`bucket/${key}`]: 'content' } });
  expect((await s3.get('bucket', key)).toString()).toBe('content');
});

it('reads from a bucket with dots', async () => {
  const { s3 } = await s3With({ objects: { 'bucket.with.dots/key': 'content' } });
  expect((await s3.get('bucket.with.dots', 'key')).toString()).toBe('content');
});

it('is refused with the wrong secret, so the store does check signatures', async () => {
  const { s3 } = await s3With({ objects: { 'bucket/key': 'content' } }, { secretAccessKey: 'wrong' });
  await expect(s3.get('bucket', 'key')).rejects.toThrow('SignatureDoesNotMatch');
});

const REFUSALS: [string, StoreTrouble, RegExp][] = [
  ['a missing bucket', { status: 404, code: 'NoSuchBucket' }, /there is no such bucket/],
  ['denied', { status: 403, code: 'AccessDenied' }, /role may not read it/],
  [
    'elsewhere',
    { status: 301, code: 'PermanentRedirect', region: 'eu-west-1' },
    /bucket bucket is in eu-west-1, the instance in us-east-1/,
  ],
  [
    'elsewhere, new region',
    { status: 400, code: 'AuthorizationHeaderMalformed', region: 'eu-west-1' },
    /is in eu-west-1/,
  ],
  ['a clock that is wrong', { status: 403, code: 'RequestTimeTooSkewed' }, /clock is wrong/],
  ['archived', { status: 403, code: 'InvalidObjectState' }, /archived/],
  ['something new', { status: 418, code: 'Teapot' }, /^In words: Teapot \(Teapot\)$/],
];

it.each(REFUSALS)('explains %s and does not try again', async (_, trouble, words) => {
  const { s3, requests } = await s3With({ troubles: { 'bucket/key': trouble } });
  await expect(s3.get('bucket', 'key')).rejects.toThrow(words);
  expect(requests).toHaveLength(1);
});

it('explains a missing object', async () => {
  const { s3 } = await s3With({});
  await expect(s3.get('bucket', 'key')).rejects.toThrow(/^there is no such object \(NoSuchKey\)$/);
});

it.each([
  ['throttling', { status: 503, code: 'SlowDown', times: 2 }],
  ['an internal error', { status: 500, code: 'InternalError', times: 2 }],
  ['truncated answers', { status: 200, code: '', truncate: true, times: 2 }],
])('waits out %s', async (_, trouble) => {
  const { s3, requests } = await s3With({ objects: { 'bucket/key': 'whole' }, troubles: { 'bucket/key': trouble } });
  expect((await s3.get('bucket', 'key')).toString()).toBe('whole');
  expect(requests).toHaveLength(3);
});

it.each([
  [{ status: 503, code: 'SlowDown' }, /gave up after \d s, tried \d times: S3 answered SlowDown/],
  [{ status: 200, code: '', truncate: true }, /gave up .* the connection broke in the middle of the answer/],
])('gives up on %j in time', async (trouble, words) => {
  const { s3 } = await s3With({ troubles: { 'bucket/key': trouble } });
  await expect(s3.get('bucket', 'key')).rejects.toThrow(words);
});

it('trusts only the authorities of the system', async () => {
  const { s3 } = await s3With({ objects: { 'bucket/key': 'content' } });
  const other = newCertificate();
  const stranger = new S3({ ...s3.options, authorities: other.cert, patience: 300 });
  await expect(stranger.get('bucket', 'key')).rejects.toThrow(/self-signed certificate|certificate/);
});
