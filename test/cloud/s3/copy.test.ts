import { CopyObjectCommand, GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningEndpoint, runEndpoint } from '../endpoint/running-endpoint.ts';
import { BUCKET } from '../state.ts';

let endpoint: RunningEndpoint;
let s3: S3Client;
const source = { Bucket: BUCKET, Key: 'from/ü +.txt' };
const CopySource = `${BUCKET}/${encodeURIComponent(source.Key)}`;
beforeAll(async () => {
  endpoint = await runEndpoint();
  s3 = new S3Client(endpoint.client);
  const said = { ContentType: 'text/x-a', Metadata: { a: '1' }, Tagging: 't=1' };
  await s3.send(new PutObjectCommand({ ...source, Body: 'copied', ...said }));
});
afterAll(() => endpoint.remove());

const target = { Bucket: BUCKET, Key: 'to' };
const copy = (more: object = {}) => s3.send(new CopyObjectCommand({ ...target, CopySource, ...more }));

it('takes along what was said of the source', async () => {
  const { CopyObjectResult } = await copy();
  const original = await s3.send(new HeadObjectCommand(source));
  expect(CopyObjectResult?.ETag).toBe(original.ETag);
  const object = await s3.send(new GetObjectCommand(target));
  expect(object).toMatchObject({ ContentType: 'text/x-a', Metadata: { a: '1' }, TagCount: 1 });
  expect(await object.Body!.transformToString()).toBe('copied');
});

it('replaces it on demand', async () => {
  await copy({
    MetadataDirective: 'REPLACE',
    ContentType: 'text/x-b',
    Metadata: { b: '2' },
    ChecksumAlgorithm: 'SHA256',
  });
  const head = await s3.send(new HeadObjectCommand({ ...target, ChecksumMode: 'ENABLED' }));
  expect(head).toMatchObject({ ContentType: 'text/x-b', Metadata: { b: '2' } });
  expect(head.ChecksumSHA256).toBeDefined();
});

it('onto itself must change something', async () => {
  await expect(copy(source)).rejects.toMatchObject({ name: 'InvalidRequest' });
  await copy({ ...source, MetadataDirective: 'REPLACE', Metadata: { c: '3' }, ContentType: 'text/x-a' });
  expect((await s3.send(new HeadObjectCommand(source))).Metadata).toEqual({ c: '3' });
});

it('depends on its source', async () => {
  await expect(copy({ CopySource: `${BUCKET}/missing` })).rejects.toMatchObject({ name: 'NoSuchKey' });
  await expect(copy({ CopySource: 'no-such-bucket/x' })).rejects.toMatchObject({ name: 'NoSuchBucket' });
  await expect(copy({ CopySource: 'nonsense' })).rejects.toMatchObject({ name: 'InvalidArgument' });
  await expect(copy({ CopySourceIfMatch: '"x"' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
  await expect(copy({ CopySourceIfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
});
