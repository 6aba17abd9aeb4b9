import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { compareWithS3, type SyncPlace } from '../../scripts/lib/sync/compare.ts';
import { uploadAll } from '../../scripts/lib/sync/upload-all.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { type Answer, type Call, type ScriptedS3, scriptedS3 } from './scripted-s3.ts';

// The product's sync against an S3 that answers wrongly, or is none.

const MIB = 2 ** 20;
const NEVER = new AbortController().signal;
const HTML = '<!DOCTYPE html><html><body>Log in<br></body></html>';
const KMS = { 'x-amz-server-side-encryption': 'aws:kms' };

let hostile: ScriptedS3;
let place: SyncPlace & { records: string };
/** What was put, and how it is encrypted: what a listing and a HEAD tell. */
let objects: Map<string, { size: string; etag: string; metadata: Record<string, string> }>;
let encryption: Record<string, string>;
/** How many uploads in parts were begun. */
let uploads: number;

beforeEach(async () => {
  hostile = await scriptedS3();
  hostile.script = honest;
  objects = new Map();
  uploads = 0;
  encryption = { 'x-amz-server-side-encryption': 'AES256' };
  const folders = { folder: temporaryFolder('sync-'), records: temporaryFolder('begun-') };
  place = { s3: hostile.s3, ...folders, bucket: 'b', prefix: 'p/', encryption: {} };
});
afterEach(() => hostile.close());

/** Content of a file of two parts. */
const large = Buffer.alloc(9 * MIB, 7);
const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest();
const partMd5s = [large.subarray(0, 8 * MIB), large.subarray(8 * MIB)].map(md5);
const largeEtag = `${md5(Buffer.concat(partMd5s)).toString('hex')}-2`;

const xml = (name: string, content: string): Answer => ({ body: `<?xml version="1.0"?><${name}>${content}</${name}>` });
const fault = (code: string, status = 400): Answer => ({
  ...xml('Error', `<Code>${code}</Code><Message>It is so.</Message>`),
  status,
});

/** What S3 would answer, as far as a sync asks. */
function honest({ line, headers }: Call): Answer {
  const [, method, key = '', query = ''] = /^(\S+) \/b\/?([^?]*)\??(.*)$/.exec(line) ?? [];
  if (method === 'GET' && key === '') {
    const contents = [...objects].map(
      ([name, { size, etag }]) => `<Contents><Key>${name}</Key><Size>${size}</Size><ETag>"${etag}"</ETag></Contents>`,
    );
    return xml('ListBucketResult', `<Name>b</Name><IsTruncated>false</IsTruncated>${contents.join('')}`);
  }
  if (method === 'HEAD') return { headers: { ...encryption, ...objects.get(key)?.metadata } };
  if (method === 'DELETE') return { status: 204 };
  if (query.startsWith('uploads')) {
    uploads += 1;
    return { ...xml('InitiateMultipartUploadResult', `<UploadId>upload-${uploads}</UploadId>`), headers: encryption };
  }
  if (method === 'POST') {
    return { ...xml('CompleteMultipartUploadResult', `<ETag>"${largeEtag}"</ETag>`), headers: encryption };
  }
  if (method === 'GET') return xml('ListPartsResult', '<IsTruncated>false</IsTruncated>');
  const part = /partNumber=(\d)/.exec(query)?.[1];
  const meta = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-'));
  const md5s = part ? partMd5s[Number(part) - 1]?.toString('hex') : String(headers['x-amz-meta-etag']);
  const isKms = encryption['x-amz-server-side-encryption']?.startsWith('aws:kms');
  const etag = isKms ? md5(Buffer.from(line)).toString('hex') : String(md5s);
  const size = String(headers['content-length']);
  if (!part) objects.set(key, { size, etag, metadata: Object.fromEntries(meta) as Record<string, string> });
  return { headers: { ...encryption, etag: `"${etag}"` } };
}

/** Lets calls that match be answered otherwise. */
function answering(pattern: RegExp, otherwise: (honestly: Answer, call: Call) => Answer): void {
  hostile.script = call => (pattern.test(call.line) ? otherwise(honest(call), call) : honest(call));
}

async function sync(): Promise<void> {
  await uploadAll(place, (await compareWithS3(place)).upload, NEVER, () => {});
}

async function failure(): Promise<string> {
  return sync().then(
    () => 'no failure',
    (error: Error) => error.message,
  );
}

const asked = (pattern: RegExp) => hostile.calls.filter(({ line }) => pattern.test(line)).length;
const write = (name: string, content: Buffer | string) => writeFileSync(join(place.folder, name), content);

it('takes what an honest S3 says', async () => {
  write('small', 'x');
  write('large', large);
  await sync();
  expect(asked(/uploads/)).toBe(1);
  expect(readdirSync(place.records)).toEqual([]);
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
  answering(/^PUT/, otherwise);
  write('small', 'x');
  write('large', large);
  const told = await failure();
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
    xml('CompleteMultipartUploadResult', `<ETag>"${largeEtag}"</ETag><ChecksumCRC32>AAAAAA==-2</ChecksumCRC32>`),
    /CRC32 there is AAAAAA==-2/,
  ],
  ['a page of HTML', { body: HTML }, /is not S3/],
  ['well-formed HTML', { body: '<html><body>Log in</body></html>' }, /is not S3/],
])('notices %s in the answer that completes a file', async (_, answer, message) => {
  answering(/^POST .*uploadId/, () => answer);
  write('large', large);
  expect(await failure()).toMatch(message);
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
  encryption = is;
  place.encryption = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'key-1' };
  write('large', large);
  write('small', 'x');
  const told = await failure();
  expect(told).toMatch(/2 of 2 files/);
  expect(told.split('\n')[1]).toMatch(message);
  expect(told.split('\n')[2]).toMatch(message);
  // Of the large one nothing was sent: its upload was ended.
  expect(asked(/^PUT .*partNumber/)).toBe(0);
  expect(asked(/^DELETE .*uploadId/)).toBe(1);
  expect(readdirSync(place.records)).toEqual([]);
});

it.each(['aws:kms', 'aws:kms:dsse'])('does not send again what the bucket itself encrypts with %s', async algorithm => {
  encryption = { 'x-amz-server-side-encryption': algorithm };
  write('a', 'x');
  await sync();
  await sync();
  expect(asked(/^PUT/)).toBe(1);
  place.encryption = { ServerSideEncryption: 'aws:kms' };
  expect((await compareWithS3(place)).upload).toEqual([]);
});

it('keeps the ETag with a large file that the bucket itself encrypts with a key', async () => {
  encryption = { 'x-amz-server-side-encryption': 'aws:kms:dsse' };
  write('large', large);
  await sync();
  expect(hostile.calls.findLast(({ line }) => /uploads/.test(line))?.headers['x-amz-meta-etag']).toBe(largeEtag);
  expect(asked(/^DELETE .*uploadId=upload-1/)).toBe(1);
  expect(asked(/^PUT .*uploadId=upload-2/)).toBe(2);
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
  write('small', 'x');
  for (const pattern of [/^PUT/, /^GET/]) {
    answering(pattern, () => answer);
    const told = await failure();
    expect(told).toMatch(message);
    expect(told).not.toMatch(/Unknown|parse/);
  }
  objects.set('p/small', { size: '1', etag: 'other', metadata: {} });
  answering(/^HEAD/, () => ({ ...answer, body: '' }));
  expect(await failure()).toMatch(/HTTP \d/);
});

it.each([
  ['HTML', { body: HTML }],
  ['well-formed HTML', { body: '<html><body>Log in</body></html>' }],
  ['nothing', {}],
])('a listing of %s is not S3', async (_, answer) => {
  write('small', 'x');
  answering(/^GET/, () => answer);
  expect(await failure()).toMatch(/is not S3/);
  expect(asked(/^PUT/)).toBe(0);
});

it('ends a listing that repeats itself', async () => {
  const again = '<Name>b</Name><IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>';
  answering(/^GET/, () => xml('ListBucketResult', again));
  expect(await failure()).toMatch(/again and again/);
  expect(hostile.calls.length).toBeLessThan(4);
});

/** Begins an upload that sends its first part, and no more. */
async function interrupt(): Promise<void> {
  write('large', large);
  answering(/partNumber=2/, () => ({ status: 400 }));
  await failure();
  expect(readdirSync(place.records)).toHaveLength(1);
  hostile.calls.length = 0;
}

const listed = xml(
  'ListPartsResult',
  `<IsTruncated>true</IsTruncated><NextPartNumberMarker>0</NextPartNumberMarker><ChecksumAlgorithm>CRC32</ChecksumAlgorithm>
   <Part><PartNumber>1</PartNumber><ETag>"${partMd5s[0]?.toString('hex')}"</ETag></Part>`,
);

it('goes on with its own, and asks for no others; a list of parts that does not go on ends', async () => {
  await interrupt();
  answering(/^GET .*uploadId/, () => listed);
  await sync();
  expect(asked(/uploads/)).toBe(0);
  expect(asked(/^PUT .*partNumber=1.*uploadId=upload-1/)).toBe(0);
  expect(asked(/^PUT .*partNumber=2.*uploadId=upload-1/)).toBe(1);
  expect(readdirSync(place.records)).toEqual([]);
});

it.each([
  ['NoSuchUpload', 'GET'],
  ['AccessDenied', 'GET'],
  ['InvalidRequest', 'PUT'],
  ['NoSuchUpload', 'PUT'],
  ['InvalidRequest', 'POST'],
  ['InvalidPart', 'POST'],
  ['EntityTooSmall', 'POST'],
])('begins anew when its own is refused with %s (%s)', async (code, method) => {
  await interrupt();
  answering(new RegExp(`^${method} .*uploadId=upload-1`), () => fault(code));
  let arrived = 0;
  await uploadAll(place, (await compareWithS3(place)).upload, NEVER, size => {
    arrived += size;
  });
  expect(arrived).toBe(large.length);
  expect(asked(/^PUT .*uploadId=upload-1$/)).toBeLessThanOrEqual(2);
  expect(asked(/^POST .*uploads/)).toBe(1);
  expect(readdirSync(place.records)).toEqual([]);
});

it('begins anew but once', async () => {
  await interrupt();
  answering(/^POST .*uploadId/, () => fault('InvalidRequest'));
  expect(await failure()).toMatch(/InvalidRequest: It is so/);
  expect(asked(/^POST .*uploads/)).toBe(1);
});

it.each([
  ['nothing', () => ''],
  ['half of it', (text: string) => text.slice(0, 40)],
  ['a list', () => '[]'],
  ['null', () => 'null'],
  ['no id', (text: string) => text.replace(/"id":"[^"]*"/, '"id":7')],
  ['another key', (text: string) => text.replace('p/large', 'p/other')],
])('begins anew where its record holds %s', async (_, spoil) => {
  await interrupt();
  const [name = ''] = readdirSync(place.records);
  const file = join(place.records, name);
  writeFileSync(file, spoil(readFileSync(file, 'utf8')));
  hostile.script = honest;
  await sync();
  expect(asked(/^POST .*uploads/)).toBe(1);
  expect(asked(/uploadId=upload-1&x-id=ListParts/)).toBe(0);
});

it.each([
  ['the size of parts', '"partSize":8388608', '"partSize":5242880'],
  ['the checksum', '"checksum":"CRC32"', '"checksum":"CRC64NVME"'],
  ['the file', '"version":"', '"version":"1'],
  ['the encryption', '"encryption":{}', '"encryption":{"ServerSideEncryption":"AES256"}'],
])('ends its own and begins anew where %s was another', async (_, was, is) => {
  await interrupt();
  const [name = ''] = readdirSync(place.records);
  const file = join(place.records, name);
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(was);
  writeFileSync(file, text.replace(was, is));
  hostile.script = honest;
  await sync();
  expect(asked(/^DELETE .*uploadId=upload-1/)).toBe(1);
  expect(asked(/^POST .*uploads/)).toBe(1);
});

it('uploads where nothing can be kept of it', async () => {
  write('large', large);
  writeFileSync(join(place.records, 'file'), '');
  place.records = join(place.records, 'file/below');
  await sync();
  expect(asked(/^POST .*uploadId/)).toBe(1);
});
