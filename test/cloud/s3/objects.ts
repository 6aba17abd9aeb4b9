import { randomBytes } from 'node:crypto';
import { createReadStream, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { authorize } from './access.ts';
import { checksumName } from './checksums.ts';
import { checkReadConditions, checkWriteConditions } from './conditions.ts';
import { descriptionHeaders, encryptionHeaders, readDescription } from './description.ts';
import { type ByteRange, parseRange } from './range.ts';
import { type Measured, openObject, writeBlob } from './request-body.ts';
import { type BucketOperation, quoted, type S3Answer, type S3Call, type S3Context } from './s3-call.ts';
import { noSuchBucket, noSuchKey } from './s3-fault.ts';
import { type Bucket, blobFile, removeBlob, removeObject, saveObject } from './store.ts';
import type { Encryption, StoredChecksum, StoredObject } from './stored-object.ts';

export const putObject: BucketOperation = async (context, bucket, call) => {
  const description = readDescription(call.headers, bucket.settings.region);
  const { blob, ...measured } = await writeBlob(bucket, openObject(call));
  const object = { key: call.key, blob, ...description, ...factsOf(measured, description.encryption) };
  commit(context, bucket, object, call.headers);
  return { status: 200, headers: { ...writtenHeaders(object), etag: quoted(object.etag) } };
};

export const getObject: BucketOperation = (context, bucket, call) => {
  const object = findObject(context, bucket, call);
  if (checkReadConditions(object, call.headers) === 'not modified') return notModified(object);
  const range = parseRange(call.headers.range, object.size);
  const headers = { ...objectHeaders(object, call, range), ...overrides(call.query) };
  return { status: range ? 206 : 200, headers, body: readBytes(bucket, object, range) };
};

export const headObject: BucketOperation = (context, bucket, call) => {
  const object = findObject(context, bucket, call);
  if (checkReadConditions(object, call.headers) === 'not modified') return notModified(object);
  const range = parseRange(call.headers.range, object.size);
  const headers = { ...objectHeaders(object, call, range), ...overrides(call.query) };
  return { status: range ? 206 : 200, headers };
};

export const deleteObject: BucketOperation = (_context, bucket, call) => {
  removeObject(bucket, call.key);
  return { status: 204, headers: {} };
};

/** The object of a call. Throws NoSuchKey, or AccessDenied to those who may not list what the bucket holds. */
export function findObject(context: S3Context, bucket: Bucket, call: S3Call & { key: string }): StoredObject {
  const object = bucket.objects.get(call.key);
  if (object) return object;
  authorize(context, call, 's3:ListBucket', bucket);
  throw noSuchKey(call.key);
}

/**
 * Makes a written blob the object of its key, if the conditions of the write still hold now that all bytes are here;
 * else removes the blob. Nothing else can happen in between: this takes no turn of the event loop.
 */
export function commit(
  { buckets }: S3Context,
  bucket: Bucket,
  object: StoredObject,
  conditions: Record<string, string>,
): void {
  try {
    if (buckets.get(bucket.name) !== bucket) throw noSuchBucket(bucket.name);
    checkWriteConditions(object.key, bucket.objects.get(object.key), conditions);
    saveObject(bucket, object);
  } catch (error) {
    removeBlob(bucket, object.blob);
    throw error;
  }
}

/** Size, ETag, checksum and date of an object that was written in one piece. */
export function factsOf({ size, md5, checksum }: Measured, encryption: Encryption) {
  return {
    size,
    etag: etagOf(md5, encryption),
    lastModified: wholeSecond(new Date()),
    ...(checksum ? { checksum: { ...checksum, type: 'FULL_OBJECT' } satisfies StoredChecksum } : {}),
  };
}

/** An object's ETag is its MD5, except under KMS, where S3 promises nothing: so nothing can be built on it here. */
export function etagOf(md5: string, { algorithm }: Encryption): string {
  return algorithm === 'aws:kms' ? randomBytes(16).toString('hex') : md5;
}

/** S3 keeps whole seconds. */
export function wholeSecond(date: Date): string {
  return new Date(Math.floor(date.getTime() / 1000) * 1000).toISOString();
}

/** What S3 tells of an object right after it was written. */
export function writtenHeaders({ encryption, checksum }: StoredObject): Record<string, string> {
  return { ...encryptionHeaders(encryption), ...checksumHeaders(checksum) };
}

export function checksumHeaders(checksum: StoredChecksum | undefined): Record<string, string> {
  if (!checksum) return {};
  return { [`x-amz-checksum-${checksum.algorithm}`]: checksum.value, 'x-amz-checksum-type': checksum.type };
}

/** The same as elements of an XML answer. */
export function checksumFields(checksum: StoredChecksum | undefined): Record<string, string> {
  return checksum ? { [`Checksum${checksumName(checksum.algorithm)}`]: checksum.value } : {};
}

/** The bytes of an object, opened at once, so that they can be read to the end even if it is replaced meanwhile. */
export function readBytes(bucket: Bucket, { blob, size }: StoredObject, range?: ByteRange): Readable {
  const fd = openSync(blobFile(bucket, blob), 'r');
  return createReadStream('', { fd, ...(range ?? { start: 0, end: Math.max(0, size - 1) }), highWaterMark: 2 ** 18 });
}

function objectHeaders(object: StoredObject, call: S3Call, range: ByteRange | undefined): Record<string, string> {
  const { size, etag, lastModified, checksum } = object;
  const asked = call.headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED' && !range;
  return {
    ...descriptionHeaders(object),
    'accept-ranges': 'bytes',
    'content-length': String(range ? range.end - range.start + 1 : size),
    ...(range ? { 'content-range': `bytes ${range.start}-${range.end}/${size}` } : {}),
    etag: quoted(etag),
    'last-modified': new Date(lastModified).toUTCString(),
    ...(asked ? checksumHeaders(checksum) : {}),
  };
}

/** `response-content-type=text/plain` and its like, with which a presigned URL can say how the answer is labelled. */
function overrides(query: URLSearchParams): Record<string, string> {
  const names = [
    'content-type',
    'content-language',
    'expires',
    'cache-control',
    'content-disposition',
    'content-encoding',
  ];
  return Object.fromEntries(
    names.flatMap(name => {
      const value = query.get(`response-${name}`);
      return value === null ? [] : [[name, value]];
    }),
  );
}

function notModified({ etag, lastModified }: StoredObject): S3Answer {
  return { status: 304, headers: { etag: quoted(etag), 'last-modified': new Date(lastModified).toUTCString() } };
}
