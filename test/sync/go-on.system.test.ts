import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { compareWithS3 } from '../../scripts/lib/sync/compare.ts';
import { uploadAll } from '../../scripts/lib/sync/upload-all.ts';
import { fault, LARGE, PART_MD5S, xml } from './honest-s3.ts';
import { type WrongS3, wrongS3 } from './wrong-s3.ts';

// The product's sync going on with an upload of its own, which S3 refuses or of which the record is spoilt.

const NEVER = new AbortController().signal;

let s3: WrongS3;
beforeEach(async () => {
  s3 = await wrongS3();
});
afterEach(() => s3.close());

/** Begins an upload that sends its first part, and no more. */
async function interrupt(): Promise<void> {
  s3.write('large', LARGE);
  s3.answering(/partNumber=2/, () => ({ status: 400 }));
  await s3.failure();
  expect(readdirSync(s3.place.records)).toHaveLength(1);
  s3.calls.length = 0;
}

const listed = xml(
  'ListPartsResult',
  `<IsTruncated>true</IsTruncated><NextPartNumberMarker>0</NextPartNumberMarker><ChecksumAlgorithm>CRC32</ChecksumAlgorithm>
   <Part><PartNumber>1</PartNumber><ETag>"${PART_MD5S[0]?.toString('hex')}"</ETag></Part>`,
);

it('goes on with its own, and asks for no others; a list of parts that does not go on ends', async () => {
  await interrupt();
  s3.answering(/^GET .*uploadId/, () => listed);
  await s3.sync();
  expect(s3.asked(/uploads/)).toBe(0);
  expect(s3.asked(/^PUT .*partNumber=1.*uploadId=upload-1/)).toBe(0);
  expect(s3.asked(/^PUT .*partNumber=2.*uploadId=upload-1/)).toBe(1);
  expect(readdirSync(s3.place.records)).toEqual([]);
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
  s3.answering(new RegExp(`^${method} .*uploadId=upload-1`), () => fault(code));
  let arrived = 0;
  await uploadAll(s3.place, (await compareWithS3(s3.place)).upload, NEVER, size => {
    arrived += size;
  });
  expect(arrived).toBe(LARGE.length);
  expect(s3.asked(/^PUT .*uploadId=upload-1$/)).toBeLessThanOrEqual(2);
  expect(s3.asked(/^POST .*uploads/)).toBe(1);
  expect(readdirSync(s3.place.records)).toEqual([]);
});

it('begins anew but once', async () => {
  await interrupt();
  s3.answering(/^POST .*uploadId/, () => fault('InvalidRequest'));
  expect(await s3.failure()).toMatch(/InvalidRequest: It is so/);
  expect(s3.asked(/^POST .*uploads/)).toBe(1);
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
  const [name = ''] = readdirSync(s3.place.records);
  const file = join(s3.place.records, name);
  writeFileSync(file, spoil(readFileSync(file, 'utf8')));
  s3.script = s3.honest;
  await s3.sync();
  expect(s3.asked(/^POST .*uploads/)).toBe(1);
  expect(s3.asked(/uploadId=upload-1&x-id=ListParts/)).toBe(0);
});

it.each([
  ['the size of parts', '"partSize":8388608', '"partSize":5242880'],
  ['the checksum', '"checksum":"CRC32"', '"checksum":"CRC64NVME"'],
  ['the file', '"version":"', '"version":"1'],
  ['the encryption', '"encryption":{}', '"encryption":{"ServerSideEncryption":"AES256"}'],
])('ends its own and begins anew where %s was another', async (_, was, is) => {
  await interrupt();
  const [name = ''] = readdirSync(s3.place.records);
  const file = join(s3.place.records, name);
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(was);
  writeFileSync(file, text.replace(was, is));
  s3.script = s3.honest;
  await s3.sync();
  expect(s3.asked(/^DELETE .*uploadId=upload-1/)).toBe(1);
  expect(s3.asked(/^POST .*uploads/)).toBe(1);
});

it('uploads where nothing can be kept of it', async () => {
  s3.write('large', LARGE);
  writeFileSync(join(s3.place.records, 'file'), '');
  s3.place.records = join(s3.place.records, 'file/below');
  await s3.sync();
  expect(s3.asked(/^POST .*uploadId/)).toBe(1);
});
