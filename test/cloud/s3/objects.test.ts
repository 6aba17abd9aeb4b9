import { Buffer } from 'node:buffer';
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  type ChecksumAlgorithm,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningEndpoint, runEndpoint } from '../endpoint/running-endpoint.ts';
import { BUCKET } from '../state.ts';

let endpoint: RunningEndpoint;
let s3: S3Client;
beforeAll(async () => {
  endpoint = await runEndpoint();
  s3 = new S3Client(endpoint.client);
});
afterAll(() => endpoint.remove());

const put = (Key: string, more: Partial<PutObjectCommandInput> = {}) =>
  s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'hello', ...more }));
const get = (Key: string, more: object = {}) => s3.send(new GetObjectCommand({ Bucket: BUCKET, Key, ...more }));
const head = (Key: string, more: object = {}) => s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key, ...more }));
const textOf = async (Key: string) => (await get(Key)).Body!.transformToString();
const statusOf = (call: Promise<unknown>) =>
  call.then(
    () => 200,
    error => error.$metadata.httpStatusCode,
  );

describe('an object', () => {
  it('comes back as it was put', async () => {
    const body = randomBytes(300_000);
    const { ETag } = await put('plain', { Body: body });
    expect(ETag).toBe(`"${createHash('md5').update(body).digest('hex')}"`);
    const object = await get('plain');
    expect(Buffer.from(await object.Body!.transformToByteArray()).equals(body)).toBe(true);
    expect(object).toMatchObject({ ETag, ContentLength: 300_000, ContentType: 'application/octet-stream' });
    expect(Math.abs(Date.now() - object.LastModified!.getTime())).toBeLessThan(5000);
  });

  it('may be empty, or come as a stream', async () => {
    await put('empty', { Body: '' });
    expect(await textOf('empty')).toBe('');
    await put('stream', { Body: Readable.from([Buffer.from('one '), Buffer.from('two')]), ContentLength: 7 });
    expect(await textOf('stream')).toBe('one two');
  });

  it.each([
    'a/b/c.txt',
    'ü/漢字/\u{1F600}',
    ' a  b ',
    'a+b=c&d?e#f%20',
    '//double//',
    '../..',
    '.',
    'a/../../b',
    "(it's) *fine*!~",
    'line\nbreak\ttab',
    '\\ " < >',
    'ü'.repeat(512),
    'con\u0001trol',
  ])('may have the key %j', async key => {
    await put(key, { Body: `body of ${key}` });
    expect(await textOf(key)).toBe(`body of ${key}`);
    const listed = await s3.send(
      new ListObjectsV2Command({ Bucket: BUCKET, Prefix: key, MaxKeys: 1, EncodingType: 'url' }),
    );
    expect(decodeURIComponent(listed.Contents![0]!.Key!)).toBe(key);
    await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: key }));
    expect(await statusOf(get(key))).toBe(404);
  });

  it('keeps what is said about it', async () => {
    const said = {
      ContentType: 'text/x-test; charset=utf-8',
      CacheControl: 'max-age=1',
      ContentDisposition: 'attachment',
      ContentEncoding: 'gzip',
      ContentLanguage: 'de',
      Metadata: { sha256: 'abc', other: 'x y' },
    };
    await put('said', { ...said, Tagging: 'env=dev&team=a%20b' });
    expect(await head('said')).toMatchObject({ ...said, ServerSideEncryption: 'AES256' });
    expect(await get('said')).toMatchObject({ ...said, TagCount: 2 });
  });

  it('says how it is encrypted', async () => {
    const key = 'arn:aws:kms:us-east-1:123456789012:key/x';
    const written = await put('kms', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key });
    expect(written).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key });
    expect(await head('kms')).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key });
    const named = put('kms', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'alias/nosuch' });
    await expect(named).rejects.toMatchObject({
      name: 'KMS.NotFoundException',
      message: 'Alias arn:aws:kms:us-east-1:123456789012:alias/nosuch is not found.',
    });
    await put('kms', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'alias/aws/s3' });
    await put('kms', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key });
    // Under KMS an ETag is not the MD5, so nobody may build on it.
    expect(written.ETag).not.toContain(createHash('md5').update('hello').digest('hex'));
  });

  it('that is not there is refused by name', async () => {
    await expect(get('missing')).rejects.toMatchObject({ name: 'NoSuchKey', Key: 'missing' });
    await expect(head('missing')).rejects.toMatchObject({ name: 'NotFound' });
    const elsewhere = s3.send(new GetObjectCommand({ Bucket: 'no-such-bucket', Key: 'x' }));
    await expect(elsewhere).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  it('can be read in part', async () => {
    await put('part', { Body: '0123456789' });
    const part = await get('part', { Range: 'bytes=2-4' });
    expect(part).toMatchObject({ ContentRange: 'bytes 2-4/10', ContentLength: 3, AcceptRanges: 'bytes' });
    expect(part.$metadata.httpStatusCode).toBe(206);
    expect(await part.Body!.transformToString()).toBe('234');
    await expect(get('part', { Range: 'bytes=10-' })).rejects.toMatchObject({ name: 'InvalidRange' });
  });

  it('is read on condition', async () => {
    const { ETag } = await put('read-condition');
    expect(await statusOf(get('read-condition', { IfNoneMatch: ETag }))).toBe(304);
    expect(await statusOf(get('read-condition', { IfMatch: '"other"' }))).toBe(412);
    expect(await statusOf(get('read-condition', { IfMatch: ETag }))).toBe(200);
    expect(await statusOf(get('read-condition', { IfModifiedSince: new Date(Date.now() + 60_000) }))).toBe(304);
  });

  it('is written on condition', async () => {
    const { ETag } = await put('write-condition', { IfNoneMatch: '*' });
    await expect(put('write-condition', { IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await expect(put('write-condition', { IfMatch: '"x"' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await put('write-condition', { IfMatch: ETag, Body: 'new' });
    expect(await textOf('write-condition')).toBe('new');
    expect(await statusOf(put('nothing-there', { IfMatch: ETag }))).toBe(404);
  });

  it('is written once by many who all ask for nothing to be there', async () => {
    const attempts = Array.from({ length: 20 }, (_, n) => put('race', { IfNoneMatch: '*', Body: `${n}` }));
    const outcomes = await Promise.allSettled(attempts);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('is read to its end even if it is replaced meanwhile', async () => {
    const body = Buffer.alloc(8_000_000, 'a');
    await put('replaced', { Body: body });
    const reading = await get('replaced');
    await put('replaced', { Body: 'new' });
    expect((await reading.Body!.transformToByteArray()).length).toBe(body.length);
    expect(await textOf('replaced')).toBe('new');
  });

  it('is deleted once, and deleting nothing is no mistake', async () => {
    await put('gone');
    for (let time = 0; time < 2; time++) await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'gone' }));
    expect(await statusOf(head('gone'))).toBe(404);
  });
});

describe('a checksum', () => {
  it('is CRC64NVME where the client names none', async () => {
    const plain = new S3Client({ ...endpoint.client, requestChecksumCalculation: 'WHEN_REQUIRED' });
    const written = await plain.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'unnamed', Body: '123456789' }));
    expect(written).toMatchObject({ ChecksumCRC64NVME: 'rosUhgp5mIg=', ChecksumType: 'FULL_OBJECT' });
    expect(await head('unnamed', { ChecksumMode: 'ENABLED' })).toMatchObject({ ChecksumCRC64NVME: 'rosUhgp5mIg=' });
  });

  it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as ChecksumAlgorithm[])(
    '%s is checked, kept and given back on demand',
    async ChecksumAlgorithm => {
      const written = await put('checksum', { ChecksumAlgorithm, Body: 'hello world' });
      const value = written[`Checksum${ChecksumAlgorithm}` as keyof typeof written];
      expect(value).toMatch(/^[A-Za-z0-9+/]+=*$/);
      const field = { [`Checksum${ChecksumAlgorithm}`]: value, ChecksumType: 'FULL_OBJECT' };
      expect(await head('checksum', { ChecksumMode: 'ENABLED' })).toMatchObject(field);
      expect(await head('checksum')).not.toHaveProperty(`Checksum${ChecksumAlgorithm}`);
      expect(await (await get('checksum')).Body!.transformToString()).toBe('hello world');
    },
  );

  it('is CRC32 when the SDK is left to itself, in a header or behind a stream', async () => {
    await put('default');
    expect((await head('default', { ChecksumMode: 'ENABLED' })).ChecksumCRC32).toBe('NhCmhg==');
    await put('default', { Body: Readable.from([Buffer.from('hello')]), ContentLength: 5 });
    expect((await head('default', { ChecksumMode: 'ENABLED' })).ChecksumCRC32).toBe('NhCmhg==');
  });

  it('that is wrong is refused, and nothing is stored', async () => {
    await expect(put('wrong', { ChecksumCRC32: 'AAAAAA==' })).rejects.toMatchObject({ name: 'BadDigest' });
    await expect(put('wrong', { ChecksumSHA256: 'bad' })).rejects.toMatchObject({ name: 'InvalidRequest' });
    await expect(put('wrong', { ContentMD5: Buffer.alloc(16).toString('base64') })).rejects.toMatchObject({
      name: 'BadDigest',
    });
    await expect(put('wrong', { ContentMD5: 'bad' })).rejects.toMatchObject({ name: 'InvalidDigest' });
    expect(await statusOf(head('wrong'))).toBe(404);
  });
});

describe('tags', () => {
  it('are put with an object, read, replaced and removed', async () => {
    await put('tagged', { Tagging: 'a=1' });
    const target = { Bucket: BUCKET, Key: 'tagged' };
    const read = async () => (await s3.send(new GetObjectTaggingCommand(target))).TagSet;
    expect(await read()).toEqual([{ Key: 'a', Value: '1' }]);
    const TagSet = [
      { Key: 'b', Value: '<2>' },
      { Key: 'c', Value: '' },
    ];
    await s3.send(new PutObjectTaggingCommand({ ...target, Tagging: { TagSet } }));
    expect(await read()).toEqual(TagSet);
    expect(await textOf('tagged')).toBe('hello');
    await s3.send(new DeleteObjectTaggingCommand(target));
    expect(await read()).toEqual([]);
    const tooMany = Array.from({ length: 11 }, (_, n) => `k${n}=v`).join('&');
    expect(await statusOf(put('tagged', { Tagging: tooMany }))).toBe(400);
  });
});

describe('deleting many', () => {
  it('removes those that are there, and says nothing against the others', async () => {
    const keys = ['many/a', 'many/<b> & "c"', 'many/\u0001'];
    for (const key of keys) await put(key);
    const Objects = [...keys, 'many/never'].map(Key => ({ Key }));
    const { Deleted, Errors } = await s3.send(new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects } }));
    expect(Deleted?.map(({ Key }) => Key)).toEqual([...keys, 'many/never']);
    expect(Errors).toBeUndefined();
    expect((await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'many/' }))).KeyCount).toBe(0);
  });
});

it.each([
  ['another storage class', { StorageClass: 'GLACIER' }],
  ['a public ACL', { ACL: 'public-read' }],
  ['a key of the customer', { SSECustomerAlgorithm: 'AES256', SSECustomerKey: 'k'.repeat(32) }],
  ['a lock', { ObjectLockLegalHoldStatus: 'ON' }],
] as [string, Partial<PutObjectCommandInput>][])('refuses %s', async (_what, input) => {
  const status = await statusOf(put('refused', input));
  expect([400, 501]).toContain(status);
  expect(await statusOf(head('refused'))).toBe(404);
});
