import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import pLimit from 'p-limit';
import { isDenied } from '../aws/errors.ts';
import { Failure } from '../command/problems.ts';
import { PART_SIZE } from './etag.ts';
import { hasChanged, type LocalFile } from './local-files.ts';

/** Parts in memory at a time, over all files: what bounds the memory. */
const parts = pLimit(4);
/** Memory for parts that is free to be used; it is never given back, so that no garbage piles up. */
const free: Buffer[] = [];

/** Reads part of a file into memory, lets it be used, and takes the memory back. */
function withPart<Result>(file: LocalFile, start: number, use: (body: Buffer) => Promise<Result>): Promise<Result> {
  return parts(async () => {
    const memory = free.pop() ?? Buffer.allocUnsafeSlow(PART_SIZE);
    try {
      return await use(await read(file, start, memory));
    } finally {
      free.push(memory);
    }
  });
}

export interface UploadOptions {
  s3: S3Client;
  bucket: string;
  key: string;
  /** Encryption that the bucket asks for: `AES256` or `aws:kms`, and the key for the latter. */
  encryption: Encryption;
  /** Kept with the object where its ETag can not be compared (see compare.ts). */
  metadata: Record<string, string>;
  signal: AbortSignal;
  /** Called with the number of bytes that have arrived. */
  arrived: (bytes: number) => void;
}

export interface Encryption {
  ServerSideEncryption?: 'AES256' | 'aws:kms';
  SSEKMSKeyId?: string;
}

/**
 * Uploads one file, which appears whole or not at all. The SDK sends a checksum with every body and S3 refuses what
 * does not match it. A file that changes meanwhile is refused before it appears. What an earlier run uploaded of a
 * large file is not sent again.
 */
export async function upload(file: LocalFile, options: UploadOptions): Promise<void> {
  if (file.size > PART_SIZE) await uploadInParts(file, options);
  else await withPart(file, 0, body => uploadWhole(file, body, options));
}

async function uploadWhole(
  file: LocalFile,
  Body: Buffer,
  { s3, bucket, key, ...options }: UploadOptions,
): Promise<void> {
  options.signal.throwIfAborted();
  refuseIfChanged(file);
  const { encryption, metadata: Metadata, signal: abortSignal } = options;
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body, Metadata, ...encryption }), { abortSignal });
  options.arrived(file.size);
}

/** How often an upload is begun anew that another sync, at work on the same file, has ended. */
const ATTEMPTS = 3;

async function uploadInParts(file: LocalFile, options: UploadOptions): Promise<void> {
  const { s3, bucket, key, arrived } = options;
  for (let attempt = 1; ; attempt++) {
    // What is left of an attempt ends with it.
    const ended = new AbortController();
    const signal = AbortSignal.any([options.signal, ended.signal]);
    let bytes = 0;
    const counted = (size: number) => {
      bytes += size;
      arrived(size);
    };
    try {
      const begun = attempt === 1 ? await findBegun(s3, bucket, key) : undefined;
      return await sendParts(file, { ...options, signal, arrived: counted }, begun);
    } catch (error) {
      ended.abort();
      if (!isEndedByAnother(error) || attempt === ATTEMPTS) throw error;
      arrived(-bytes);
    }
  }
}

/**
 * Two syncs at once find the same upload and both go on with it. When the faster one has completed it, the other finds
 * it gone; where the bucket's encryption makes ETags differ for the same content, one of them finds its parts replaced.
 */
function isEndedByAnother(error: unknown): boolean {
  return error instanceof Error && ['NoSuchUpload', 'InvalidPart'].includes(error.name);
}

/** Parts that an earlier run, or another sync, has sent. */
interface Begun {
  id: string;
  /** By the number of the part. */
  etags: Map<number, string>;
}

async function sendParts(
  file: LocalFile,
  { s3, bucket, key, ...options }: UploadOptions,
  begun: Begun | undefined,
): Promise<void> {
  const { signal: abortSignal, encryption, metadata: Metadata, arrived } = options;
  const target = { Bucket: bucket, Key: key };
  const UploadId =
    begun?.id ?? (await s3.send(new CreateMultipartUploadCommand({ ...target, Metadata, ...encryption }))).UploadId;
  const upload = { ...target, UploadId };
  const count = Math.ceil(file.size / PART_SIZE);
  const Parts = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      withPart(file, index * PART_SIZE, async Body => {
        abortSignal.throwIfAborted();
        const PartNumber = index + 1;
        // A part's ETag is its MD5: what an earlier run sent of this very content need not be sent again.
        const sent = begun?.etags.get(PartNumber);
        const isThere = sent !== undefined && sent === createHash('md5').update(Body).digest('hex');
        const command = new UploadPartCommand({ ...upload, PartNumber, Body });
        const ETag = isThere ? sent : (await s3.send(command, { abortSignal })).ETag;
        arrived(Body.length);
        return { PartNumber, ETag };
      }),
    ),
  );
  try {
    refuseIfChanged(file);
  } catch (error) {
    await s3.send(new AbortMultipartUploadCommand(upload));
    throw error;
  }
  await s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }), { abortSignal });
}

/** The upload of this key that an earlier run began and did not finish, and the parts it sent. */
async function findBegun(s3: S3Client, Bucket: string, Key: string): Promise<Begun | undefined> {
  try {
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: Key }));
    const id = Uploads.filter(upload => upload.Key === Key).at(-1)?.UploadId;
    if (!id) return undefined;
    const etags = new Map<number, string>();
    // Not the SDK's paginator: S3 names a next part even on the last page, and it would go round for ever.
    let PartNumberMarker: string | undefined;
    do {
      const page = await s3.send(new ListPartsCommand({ Bucket, Key, UploadId: id, PartNumberMarker }));
      for (const { PartNumber = 0, ETag = '' } of page.Parts ?? []) etags.set(PartNumber, ETag.replaceAll('"', ''));
      PartNumberMarker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
    } while (PartNumberMarker);
    return { id, etags };
  } catch (error) {
    // Who may not list uploads begins anew.
    if (isDenied(error)) return undefined;
    throw error;
  }
}

/** Fills the memory from a place in the file; gives as much of it as there was. */
async function read(file: LocalFile, start: number, memory: Buffer): Promise<Buffer> {
  const handle = await open(file.path);
  try {
    const wanted = Math.min(memory.length, file.size - start);
    const { bytesRead } = await handle.read(memory, 0, wanted, start);
    if (bytesRead < wanted) refuseIfChanged(file);
    return memory.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function refuseIfChanged(file: LocalFile): void {
  if (hasChanged(file)) throw new Failure(`${file.name} changed while it was being uploaded; S3 has not got it.`);
}
