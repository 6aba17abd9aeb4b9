import { Buffer } from 'node:buffer';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  type UploadPartCommandInput,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningEndpoint, runEndpoint } from '../endpoint/running-endpoint.ts';
import { BUCKET } from '../state.ts';
import { checksumOf } from './checksums.ts';

const MIB = 2 ** 20;
const target = { Bucket: BUCKET, Key: 'big file' };
const chunks = [randomBytes(5 * MIB), randomBytes(5 * MIB), randomBytes(1000)];
const whole = Buffer.concat(chunks);

let endpoint: RunningEndpoint;
let s3: S3Client;
beforeAll(async () => {
  endpoint = await runEndpoint();
  s3 = new S3Client(endpoint.client);
});
afterAll(() => endpoint.remove());

async function begin(more: Partial<CreateMultipartUploadCommandInput> = {}): Promise<string> {
  // The SDK sends a CRC32 with each part, whatever the upload began with.
  const input = { ...target, ChecksumAlgorithm: 'CRC32' as const, ...more };
  return (await s3.send(new CreateMultipartUploadCommand(input))).UploadId!;
}

async function uploadPart(
  UploadId: string,
  PartNumber: number,
  Body: Uint8Array,
  more: Partial<UploadPartCommandInput> = {},
): Promise<CompletedPart> {
  const part = await s3.send(new UploadPartCommand({ ...target, UploadId, PartNumber, Body, ...more }));
  const { ETag, ChecksumCRC32, ChecksumCRC32C, ChecksumSHA256, ChecksumCRC64NVME } = part;
  return { PartNumber, ETag, ChecksumCRC32, ChecksumCRC32C, ChecksumSHA256, ChecksumCRC64NVME };
}

async function uploadAll(UploadId: string, more: Partial<UploadPartCommandInput> = {}): Promise<CompletedPart[]> {
  const parts: CompletedPart[] = [];
  for (const [index, chunk] of chunks.entries()) parts.push(await uploadPart(UploadId, index + 1, chunk, more));
  return parts;
}

function complete(UploadId: string, Parts: CompletedPart[], more: Partial<CompleteMultipartUploadCommandInput> = {}) {
  return s3.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts }, ...more }));
}

const blobs = () => readdirSync(join(endpoint.folder, 's3', BUCKET, 'data')).length;

describe('a multipart upload', () => {
  it('becomes one object with an ETag of its parts', async () => {
    const uploadId = await begin({ ContentType: 'text/x-big', Metadata: { a: 'b' }, Tagging: 't=1' });
    const parts = await uploadAll(uploadId);
    const md5s = Buffer.concat(chunks.map(chunk => createHash('md5').update(chunk).digest()));
    const etag = `"${createHash('md5').update(md5s).digest('hex')}-3"`;
    expect(await complete(uploadId, parts)).toMatchObject({ ...target, ETag: etag });
    const object = await s3.send(new GetObjectCommand(target));
    expect(object).toMatchObject({ ETag: etag, ContentType: 'text/x-big', Metadata: { a: 'b' }, TagCount: 1 });
    expect(Buffer.from(await object.Body!.transformToByteArray()).equals(whole)).toBe(true);
    expect(blobs()).toBe(1);
    await expect(complete(uploadId, parts)).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });

  it('completed by several at once is completed by one, and gone for the others', async () => {
    const impatient = new S3Client({ ...endpoint.client, maxAttempts: 1 });
    const UploadId = await begin();
    const MultipartUpload = { Parts: await uploadAll(UploadId) };
    // One after the other, so that the first ends while others read the parts.
    const attempt = async (delay: number) => {
      await setTimeout(delay);
      await impatient.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload }));
    };
    const outcomes = await Promise.allSettled([0, 10, 20, 30, 40, 50, 60, 70].map(attempt));
    const refused = outcomes.flatMap(outcome => (outcome.status === 'rejected' ? [outcome.reason.name] : []));
    expect(refused).toEqual(Array(7).fill('NoSuchUpload'));
    expect(blobs()).toBe(1);
  }, 30_000);

  it('takes the last of the parts with the same number, and only the parts that are named', async () => {
    const uploadId = await begin();
    await uploadPart(uploadId, 1, randomBytes(6 * MIB));
    const first = await uploadPart(uploadId, 1, chunks[0]!);
    await uploadPart(uploadId, 2, chunks[1]!);
    const last = await uploadPart(uploadId, 9, chunks[2]!);
    await complete(uploadId, [first, last]);
    const object = await s3.send(new GetObjectCommand(target));
    const expected = Buffer.concat([chunks[0]!, chunks[2]!]);
    expect(Buffer.from(await object.Body!.transformToByteArray()).equals(expected)).toBe(true);
    expect(blobs()).toBe(1);
  });

  it.each([
    ['CRC32', 'COMPOSITE'],
    ['CRC32C', 'COMPOSITE'],
    ['SHA256', 'COMPOSITE'],
    ['CRC32', 'FULL_OBJECT'],
    ['CRC64NVME', 'FULL_OBJECT'],
  ] as const)('with %s has a %s checksum', async (ChecksumAlgorithm, ChecksumType) => {
    const algorithm = ChecksumAlgorithm.toLowerCase() as 'crc32';
    const created = await s3.send(new CreateMultipartUploadCommand({ ...target, ChecksumAlgorithm, ChecksumType }));
    expect(created).toMatchObject({ ChecksumAlgorithm, ChecksumType });
    const parts = await uploadAll(created.UploadId!, { ChecksumAlgorithm });
    const sums = await Promise.all(chunks.map(chunk => checksumOf(algorithm, chunk)));
    const value =
      ChecksumType === 'FULL_OBJECT'
        ? (await checksumOf(algorithm, whole)).toString('base64')
        : `${(await checksumOf(algorithm, Buffer.concat(sums))).toString('base64')}-3`;
    const expected = { [`Checksum${ChecksumAlgorithm}`]: value, ChecksumType };
    const wrong = complete(created.UploadId!, parts, {
      [`Checksum${ChecksumAlgorithm}`]: value.replace(/^./, c => (c === 'A' ? 'B' : 'A')),
    });
    await expect(wrong).rejects.toMatchObject({ name: 'BadDigest' });
    expect(await complete(created.UploadId!, parts, { [`Checksum${ChecksumAlgorithm}`]: value })).toMatchObject(
      expected,
    );
    expect(await s3.send(new HeadObjectCommand({ ...target, ChecksumMode: 'ENABLED' }))).toMatchObject(expected);
  });

  it('wants the checksum of each part again where that of the whole is made of them', async () => {
    const uploadId = await begin({ ChecksumAlgorithm: 'CRC32' });
    const { PartNumber, ETag, ChecksumCRC32 } = await uploadPart(uploadId, 1, chunks[2]!, {
      ChecksumAlgorithm: 'CRC32',
    });
    await expect(complete(uploadId, [{ PartNumber, ETag }])).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: /must include the checksum for each part. It was missing for part 1/,
    });
    await complete(uploadId, [{ PartNumber, ETag, ChecksumCRC32 }]);
  });

  it('that began without a checksum takes none with its parts', async () => {
    const plain = new S3Client({ ...endpoint.client, requestChecksumCalculation: 'WHEN_REQUIRED' });
    const { UploadId = '' } = await plain.send(new CreateMultipartUploadCommand(target));
    const { ETag } = await plain.send(new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: chunks[2]! }));
    const ChecksumCRC32 = (await checksumOf('crc32', chunks[2]!)).toString('base64');
    await expect(complete(UploadId, [{ PartNumber: 1, ETag, ChecksumCRC32 }])).rejects.toMatchObject({
      name: 'InvalidPart',
      message: /part 1 has a CRC32, the upload began without a checksum/,
    });
    await complete(UploadId, [{ PartNumber: 1, ETag }]);
  });

  it('takes no parts with another checksum than its own', async () => {
    const uploadId = await begin({ ChecksumAlgorithm: 'SHA256' });
    await expect(uploadPart(uploadId, 1, chunks[2]!, { ChecksumAlgorithm: 'CRC32' })).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: /expected checksum Type: sha256, actual checksum Type: crc32/,
    });
    await s3.send(new AbortMultipartUploadCommand({ ...target, UploadId: uploadId }));
  });

  it('cannot add up SHA-256 over the whole object', async () => {
    await expect(begin({ ChecksumAlgorithm: 'SHA256', ChecksumType: 'FULL_OBJECT' })).rejects.toMatchObject({
      name: 'InvalidRequest',
    });
  });

  it('is refused with parts that are wrong, in disorder, missing or too small', async () => {
    const uploadId = await begin();
    const [first, second, third] = (await uploadAll(uploadId)) as [CompletedPart, CompletedPart, CompletedPart];
    const refusal = (parts: CompletedPart[]) => complete(uploadId, parts).catch(error => error.name);
    expect(await refusal([{ ...first, ETag: '"0"' }])).toBe('InvalidPart');
    expect(await refusal([{ ...first, PartNumber: 7 }])).toBe('InvalidPart');
    expect(await refusal([second, first])).toBe('InvalidPartOrder');
    expect(await refusal([third, third])).toBe('InvalidPartOrder');
    const small = await uploadPart(uploadId, 4, randomBytes(10));
    expect(await refusal([third, small])).toBe('EntityTooSmall');
    await complete(uploadId, [first, second, third], { MpuObjectSize: whole.length });
  });

  it('respects what is already there, if asked to', async () => {
    const uploadId = await begin();
    const parts = await uploadAll(uploadId);
    await s3.send(new PutObjectCommand({ ...target, Body: 'there' }));
    await expect(complete(uploadId, parts, { IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await complete(uploadId, parts);
  });

  it('leaves nothing behind when it is aborted', async () => {
    const before = blobs();
    const uploadId = await begin();
    const ofAnotherKey = { ...target, Key: 'another', UploadId: uploadId };
    await expect(s3.send(new AbortMultipartUploadCommand(ofAnotherKey))).rejects.toMatchObject({
      name: 'NoSuchUpload',
    });
    await uploadAll(uploadId);
    expect(blobs()).toBe(before + 3);
    await s3.send(new AbortMultipartUploadCommand({ ...target, UploadId: uploadId }));
    expect(blobs()).toBe(before);
    await expect(uploadPart(uploadId, 1, chunks[2]!)).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });

  it('can be looked at, page by page', async () => {
    const uploadId = await begin();
    await uploadAll(uploadId);
    const first = await s3.send(new ListPartsCommand({ ...target, UploadId: uploadId, MaxParts: 2 }));
    expect(first).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '2' });
    expect(first.Parts?.map(part => [part.PartNumber, part.Size])).toEqual([
      [1, 5 * MIB],
      [2, 5 * MIB],
    ]);
    const rest = await s3.send(new ListPartsCommand({ ...target, UploadId: uploadId, PartNumberMarker: '2' }));
    expect(rest.Parts?.map(part => part.PartNumber)).toEqual([3]);

    const others = ['a', 'b/1', 'b/2'];
    for (const Key of others) await s3.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key }));
    const page = await s3.send(new ListMultipartUploadsCommand({ Bucket: BUCKET, MaxUploads: 2 }));
    expect(page.Uploads?.map(upload => upload.Key)).toEqual(['a', 'b/1']);
    const { NextKeyMarker, NextUploadIdMarker } = page;
    const next = await s3.send(
      new ListMultipartUploadsCommand({ Bucket: BUCKET, KeyMarker: NextKeyMarker, UploadIdMarker: NextUploadIdMarker }),
    );
    expect(next.Uploads?.map(upload => upload.Key)).toEqual(['b/2', 'big file']);
    const below = await s3.send(new ListMultipartUploadsCommand({ Bucket: BUCKET, Prefix: 'b/' }));
    expect(below.Uploads?.map(upload => upload.Key)).toEqual(['b/1', 'b/2']);
  });

  it('can take its parts from other objects', async () => {
    const source = { Bucket: BUCKET, Key: 'source ü' };
    await s3.send(new PutObjectCommand({ ...source, Body: whole }));
    const uploadId = await begin();
    const copy = await s3.send(
      new UploadPartCopyCommand({
        ...target,
        UploadId: uploadId,
        PartNumber: 1,
        CopySource: `${BUCKET}/${encodeURIComponent(source.Key)}`,
        CopySourceRange: `bytes=0-${6 * MIB - 1}`,
      }),
    );
    const last = await uploadPart(uploadId, 2, chunks[2]!);
    const { ETag, ChecksumCRC32 } = copy.CopyPartResult!;
    await complete(uploadId, [{ PartNumber: 1, ETag, ChecksumCRC32 }, last]);
    const object = await s3.send(new GetObjectCommand(target));
    const expected = Buffer.concat([whole.subarray(0, 6 * MIB), chunks[2]!]);
    expect(Buffer.from(await object.Body!.transformToByteArray()).equals(expected)).toBe(true);
  });

  it('is what the SDK makes of a large body', async () => {
    await new Upload({ client: s3, params: { ...target, Body: whole } }).done();
    const object = await s3.send(new GetObjectCommand(target));
    expect(object.ETag).toMatch(/-3"$/);
    expect(Buffer.from(await object.Body!.transformToByteArray()).equals(whole)).toBe(true);
  });
});
