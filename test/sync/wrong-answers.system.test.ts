import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { compareWithS3 } from '../../scripts/lib/sync/compare.ts';
import { fault, LARGE, LARGE_ETAG, xml } from './honest-s3.ts';
import type { Answer } from './scripted-s3.ts';
import { type WrongS3, wrongS3 } from './wrong-s3.ts';

// The product's sync against an S3 that answers wrongly, or is none.

const HTML = '<!DOCTYPE html><html><body>Log in<br></body></html>';
const KMS = { 'x-amz-server-side-encryption': 'aws:kms' };

let s3: WrongS3;
beforeEach(async () => {
  s3 = await wrongS3();
});
afterEach(() => s3.close());

it('takes what an honest S3 says', async () => {
  s3.write('small', 'x');
  s3.write('large', LARGE);
  await s3.sync();
  expect(s3.asked(/uploads/)).toBe(1);
  expect(readdirSync(s3.place.records)).toEqual([]);
});

it.each<[string, (honestly: Answer) => Answer, RegExp]>([
  [
    'another ETag',
    honestly => ({ headers: { ...honestly.headers, etag: `"${'0'.repeat(32)}"` } }),
    /ETag there is 0{32}/,
  ],
  [
    'another checksum',
    honestly => ({ headers: { ...honestly.headers, 'x-amz-checksum-crc32': 'AAAAAA==' } }),
    /CRC32 there is AAAAAA==/,
  ],
  ['a page of HTML', () => ({ body: HTML, headers: { 'content-type': 'text/html' } }), /is not S3.*without an ETag/],
  ['nothing', () => ({}), /is not S3/],
])('notices %s in the answer to a file, and to a part', async (_, otherwise, message) => {
  s3.answering(/^PUT/, otherwise);
  s3.write('small', 'x');
  s3.write('large', LARGE);
  const told = await s3.failure();
  expect(told).toMatch(/2 of 2 files did not arrive/);
  expect(told.split('\n')[1]).toMatch(message);
  expect(told.split('\n')[2]).toMatch(message);
});

it.each<[string, Answer, RegExp]>([
  [
    'another ETag',
    xml('CompleteMultipartUploadResult', `<ETag>"${'0'.repeat(32)}-2"</ETag>`),
    /large.*ETag there is 0{32}-2/,
  ],
  [
    'another checksum',
    xml('CompleteMultipartUploadResult', `<ETag>"${LARGE_ETAG}"</ETag><ChecksumCRC32>AAAAAA==-2</ChecksumCRC32>`),
    /CRC32 there is AAAAAA==-2/,
  ],
  ['a page of HTML', { body: HTML }, /is not S3/],
  ['well-formed HTML', { body: '<html><body>Log in</body></html>' }, /is not S3/],
])('notices %s in the answer that completes a file', async (_, answer, message) => {
  s3.answering(/^POST .*uploadId/, () => answer);
  s3.write('large', LARGE);
  expect(await s3.failure()).toMatch(message);
});

it.each<[string, Record<string, string>, RegExp]>([
  [
    'another algorithm',
    { 'x-amz-server-side-encryption': 'AES256' },
    /with AES256, though s3_sse=aws:kms s3_kms_key=key-1/,
  ],
  ['another key', { ...KMS, 'x-amz-server-side-encryption-aws-kms-key-id': 'arn:aws:kms:r:1:key/2' }, /key\/2, though/],
  ['none that is told', {}, /with nothing that S3 tells, though s3_sse=aws:kms/],
])('names both where S3 encrypted with %s', async (_, is, message) => {
  s3.encryption = is;
  s3.place.encryption = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'key-1' };
  s3.write('large', LARGE);
  s3.write('small', 'x');
  const told = await s3.failure();
  expect(told).toMatch(/2 of 2 files/);
  expect(told.split('\n')[1]).toMatch(message);
  expect(told.split('\n')[2]).toMatch(message);
  // Of the large one nothing was sent: its upload was ended.
  expect(s3.asked(/^PUT .*partNumber/)).toBe(0);
  expect(s3.asked(/^DELETE .*uploadId/)).toBe(1);
  expect(readdirSync(s3.place.records)).toEqual([]);
});

it.each(['aws:kms', 'aws:kms:dsse'])('does not send again what the bucket itself encrypts with %s', async algorithm => {
  s3.encryption = { 'x-amz-server-side-encryption': algorithm };
  s3.write('a', 'x');
  await s3.sync();
  await s3.sync();
  expect(s3.asked(/^PUT/)).toBe(1);
  s3.place.encryption = { ServerSideEncryption: 'aws:kms' };
  expect((await compareWithS3(s3.place)).upload).toEqual([]);
});

it('keeps the ETag with a large file that the bucket itself encrypts with a key', async () => {
  s3.encryption = { 'x-amz-server-side-encryption': 'aws:kms:dsse' };
  s3.write('large', LARGE);
  await s3.sync();
  expect(s3.calls.findLast(({ line }) => /uploads/.test(line))?.headers['x-amz-meta-etag']).toBe(LARGE_ETAG);
  expect(s3.asked(/^DELETE .*uploadId=upload-1/)).toBe(1);
  expect(s3.asked(/^PUT .*uploadId=upload-2/)).toBe(2);
});

const STATUSES: [string, Answer, RegExp][] = [
  ['503', { status: 503 }, /not available or too busy.*HTTP 503/],
  ['503 of a proxy', { status: 503, body: HTML }, /not available or too busy.*HTTP 503/],
  ['500', { status: 500 }, /could not do it.*HTTP 500/],
  ['500 with a reason', fault('InternalError', 500), /could not do it.*HTTP 500, InternalError: It is so/],
  ['301', { status: 301 }, /redirects to another place \(HTTP 301\)/],
  ['301 with a region', { status: 301, headers: { 'x-amz-bucket-region': 'eu-west-1' } }, /the region eu-west-1/],
  [
    '307',
    { status: 307, headers: { location: 'http://b.example/' } },
    /redirects.*for now.*HTTP 307, to http:\/\/b.example/,
  ],
  ['307 with a reason', fault('TemporaryRedirect', 307), /redirects.*for now.*HTTP 307, TemporaryRedirect/],
  ['302 of a proxy', { status: 302, headers: { location: 'http://login.example/' }, body: HTML }, /to http:\/\/login/],
  ['400', { status: 400 }, /did not say why \(HTTP 400\)/],
];

it.each(STATUSES)('tells %s as what it is, whatever was asked', async (_, answer, message) => {
  s3.write('small', 'x');
  for (const pattern of [/^PUT/, /^GET/]) {
    s3.answering(pattern, () => answer);
    const told = await s3.failure();
    expect(told).toMatch(message);
    expect(told).not.toMatch(/Unknown|parse/);
  }
  s3.objects.set('p/small', { size: '1', etag: 'other', metadata: {} });
  s3.answering(/^HEAD/, () => ({ ...answer, body: '' }));
  expect(await s3.failure()).toMatch(/HTTP \d/);
});

it.each([
  ['HTML', { body: HTML }],
  ['well-formed HTML', { body: '<html><body>Log in</body></html>' }],
  ['nothing', {}],
])('a listing of %s is not S3', async (_, answer) => {
  s3.write('small', 'x');
  s3.answering(/^GET/, () => answer);
  expect(await s3.failure()).toMatch(/is not S3/);
  expect(s3.asked(/^PUT/)).toBe(0);
});

it('ends a listing that repeats itself', async () => {
  const again = '<Name>b</Name><IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>';
  s3.answering(/^GET/, () => xml('ListBucketResult', again));
  expect(await s3.failure()).toMatch(/again and again/);
  expect(s3.calls.length).toBeLessThan(4);
});
