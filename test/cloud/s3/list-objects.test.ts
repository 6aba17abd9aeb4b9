import {
  ListObjectsCommand,
  type ListObjectsCommandInput,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningEndpoint, runEndpoint } from '../endpoint/running-endpoint.ts';
import { BUCKET } from '../state.ts';

const keys = ['a', 'b/1', 'b/2', 'b/c/3', 'd e+f', 'z<&>'];
let endpoint: RunningEndpoint;
let s3: S3Client;
beforeAll(async () => {
  endpoint = await runEndpoint();
  s3 = new S3Client(endpoint.client);
  for (const Key of keys) await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: Key }));
});
afterAll(() => endpoint.remove());

const list = (input: Partial<ListObjectsV2CommandInput> = {}) =>
  s3.send(new ListObjectsV2Command({ Bucket: BUCKET, ...input }));
const listV1 = (input: Partial<ListObjectsCommandInput> = {}) =>
  s3.send(new ListObjectsCommand({ Bucket: BUCKET, ...input }));

it('lists all keys with what is known of them', async () => {
  const { Contents, KeyCount, IsTruncated, Name, MaxKeys } = await list();
  expect(Contents?.map(object => object.Key)).toEqual(keys);
  expect({ KeyCount, IsTruncated, Name, MaxKeys }).toEqual({
    KeyCount: 6,
    IsTruncated: false,
    Name: BUCKET,
    MaxKeys: 1000,
  });
  expect(Contents?.[1]).toMatchObject({
    Size: 3,
    ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
    StorageClass: 'STANDARD',
    ChecksumAlgorithm: ['CRC32'],
  });
  expect(Contents?.[1]).not.toHaveProperty('Owner');
  expect((await list({ FetchOwner: true })).Contents?.[1]).toHaveProperty('Owner');
});

it('groups by a delimiter, below a prefix', async () => {
  const top = await list({ Delimiter: '/' });
  expect(top.Contents?.map(object => object.Key)).toEqual(['a', 'd e+f', 'z<&>']);
  expect(top.CommonPrefixes).toEqual([{ Prefix: 'b/' }]);
  expect(top.KeyCount).toBe(4);
  const below = await list({ Delimiter: '/', Prefix: 'b/' });
  expect(below.Contents?.map(object => object.Key)).toEqual(['b/1', 'b/2']);
  expect(below.CommonPrefixes).toEqual([{ Prefix: 'b/c/' }]);
});

it('goes on from page to page', async () => {
  const found: (string | undefined)[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await list({ MaxKeys: 1, Delimiter: '/', ...(ContinuationToken ? { ContinuationToken } : {}) });
    found.push(...(page.Contents ?? []).map(object => object.Key), ...(page.CommonPrefixes ?? []).map(p => p.Prefix));
    ContinuationToken = page.NextContinuationToken;
    expect(page.IsTruncated).toBe(ContinuationToken !== undefined);
  } while (ContinuationToken);
  expect(found).toEqual(['a', 'b/', 'd e+f', 'z<&>']);
  expect((await list({ StartAfter: 'b/2' })).Contents?.[0]?.Key).toBe('b/c/3');
  await expect(list({ ContinuationToken: 'no such token' })).rejects.toMatchObject({ name: 'InvalidArgument' });
});

it('encodes keys for those who ask', async () => {
  const { Contents, EncodingType, Prefix } = await list({ EncodingType: 'url', Prefix: 'd e' });
  expect(Contents?.[0]?.Key).toBe('d%20e%2Bf');
  expect([EncodingType, Prefix]).toEqual(['url', 'd%20e']);
});

it('speaks the first version too', async () => {
  const first = await listV1({ MaxKeys: 2, Delimiter: '/' });
  expect(first.Contents?.map(object => object.Key)).toEqual(['a']);
  expect(first).toMatchObject({ IsTruncated: true, NextMarker: 'b/', CommonPrefixes: [{ Prefix: 'b/' }] });
  const rest = await listV1({ Marker: 'b/', Delimiter: '/' });
  expect(rest.Contents?.map(object => object.Key)).toEqual(['d e+f', 'z<&>']);
  expect(rest.CommonPrefixes).toBeUndefined();
  const plain = await listV1({ MaxKeys: 1 });
  expect(plain.IsTruncated).toBe(true);
  expect(plain.NextMarker).toBeUndefined();
});

it('gives at most 1000 keys, and none when none are wanted', async () => {
  expect(await list({ MaxKeys: 5000 })).toMatchObject({ MaxKeys: 1000 });
  expect(await list({ MaxKeys: 0 })).toMatchObject({ KeyCount: 0, IsTruncated: false });
});
