import { randomBytes } from 'node:crypto';
import { type ChecksumAlgorithm, checksumName, parseChecksumAlgorithm } from './checksums.ts';
import { encryptionHeaders, readDescription } from './description.ts';
import { compareKeys } from './key-index.ts';
import { checksumFields, checksumHeaders, factsOf, wholeSecond } from './objects.ts';
import { limitOf } from './page-limit.ts';
import { type Measured, openBody, writeBlob } from './request-body.ts';
import { type BucketOperation, quoted, type S3Call, xmlAnswer } from './s3-call.ts';
import { invalidArgument, invalidRequest, noSuchUpload } from './s3-fault.ts';
import { type Bucket, type OpenUpload, removeBlob, removeUpload, savePart, saveUpload } from './store.ts';
import type { StoredChecksum, StoredPart, Upload } from './stored-object.ts';

export const createMultipartUpload: BucketOperation = (_context, bucket, call) => {
  const upload: Upload = {
    uploadId: randomBytes(24).toString('hex'),
    key: call.key,
    initiated: wholeSecond(new Date()),
    ...readDescription(call.headers, bucket.settings.region),
    ...checksumKind(call.headers),
  };
  saveUpload(bucket, upload);
  const { checksumAlgorithm, checksumType } = upload;
  const headers = {
    ...encryptionHeaders(upload.encryption),
    ...(checksumAlgorithm ? { 'x-amz-checksum-algorithm': checksumName(checksumAlgorithm) } : {}),
    ...(checksumType ? { 'x-amz-checksum-type': checksumType } : {}),
  };
  const fields = { Bucket: bucket.name, Key: upload.key, UploadId: upload.uploadId };
  return xmlAnswer('InitiateMultipartUploadResult', fields, headers);
};

export const uploadPart: BucketOperation = async (_context, bucket, call) => {
  const upload = findUpload(bucket, call);
  const number = partNumberOf(call);
  const written = await writeBlob(bucket, openBody(call, upload.checksumAlgorithm));
  const part = commitPart(bucket, call, number, written);
  const { 'x-amz-checksum-type': _ofWholeObjects, ...checksum } = checksumHeaders(part.checksum);
  return { status: 200, headers: { ...encryptionHeaders(upload.encryption), ...checksum, etag: quoted(part.etag) } };
};

export const abortMultipartUpload: BucketOperation = (_context, bucket, call) => {
  removeUpload(bucket, findUpload(bucket, call));
  return { status: 204, headers: {} };
};

export const listParts: BucketOperation = (_context, bucket, call) => {
  const upload = findUpload(bucket, call);
  const limit = limitOf(call.query, 'max-parts');
  const marker = Number(call.query.get('part-number-marker') ?? 0);
  const following = [...upload.parts.values()].filter(({ number }) => number > marker);
  following.sort((a, b) => a.number - b.number);
  const parts = following.slice(0, limit);
  return xmlAnswer('ListPartsResult', {
    Bucket: bucket.name,
    Key: upload.key,
    UploadId: upload.uploadId,
    PartNumberMarker: marker,
    NextPartNumberMarker: parts.at(-1)?.number ?? 0,
    MaxParts: limit,
    IsTruncated: following.length > parts.length,
    Part: parts.map(({ number, lastModified, etag, size, checksum }) => ({
      PartNumber: number,
      LastModified: lastModified,
      ETag: quoted(etag),
      Size: size,
      ...checksumFields(checksum),
    })),
    StorageClass: 'STANDARD',
    ...kindFields(upload),
  });
};

export const listMultipartUploads: BucketOperation = (_context, bucket, call) => {
  const limit = limitOf(call.query, 'max-uploads');
  const prefix = call.query.get('prefix') ?? '';
  const keyMarker = call.query.get('key-marker') ?? '';
  const idMarker = call.query.get('upload-id-marker') ?? '';
  const isBehindMarker = ({ key, uploadId }: Upload) => {
    const order = compareKeys(key, keyMarker);
    return order > 0 || (order === 0 && idMarker !== '' && uploadId > idMarker);
  };
  const following = [...bucket.uploads.values()]
    .filter(upload => upload.key.startsWith(prefix) && isBehindMarker(upload))
    .sort((a, b) => compareKeys(a.key, b.key) || (a.uploadId < b.uploadId ? -1 : 1));
  const uploads = following.slice(0, limit);
  const last = following.length > uploads.length ? uploads.at(-1) : undefined;
  return xmlAnswer('ListMultipartUploadsResult', {
    Bucket: bucket.name,
    KeyMarker: keyMarker,
    UploadIdMarker: idMarker,
    NextKeyMarker: last?.key,
    NextUploadIdMarker: last?.uploadId,
    Prefix: prefix,
    MaxUploads: limit,
    IsTruncated: last !== undefined,
    Upload: uploads.map(upload => ({
      Key: upload.key,
      UploadId: upload.uploadId,
      StorageClass: 'STANDARD',
      Initiated: upload.initiated,
      ...kindFields(upload),
    })),
  });
};

/** The upload of a call; it must be of the call's own key. Throws NoSuchUpload. */
export function findUpload(bucket: Bucket, call: S3Call & { key: string }): OpenUpload {
  const uploadId = call.query.get('uploadId') ?? '';
  const upload = bucket.uploads.get(uploadId);
  if (!upload || upload.key !== call.key) throw noSuchUpload(uploadId);
  return upload;
}

/** Throws InvalidArgument. */
export function partNumberOf({ query }: S3Call): number {
  const number = Number(query.get('partNumber'));
  if (Number.isInteger(number) && number >= 1 && number <= 10_000) return number;
  throw invalidArgument('partNumber', 'Part number must be an integer between 1 and 10000, inclusive');
}

/** Adds a written blob to its upload, unless that was completed or aborted meanwhile: then the blob is removed. */
export function commitPart(
  bucket: Bucket,
  call: S3Call & { key: string },
  number: number,
  { blob, ...measured }: Measured & { blob: string },
): StoredPart {
  try {
    const part = { number, blob, ...factsOf(measured, { algorithm: 'AES256' }) };
    savePart(bucket, findUpload(bucket, call), part);
    return part;
  } catch (error) {
    removeBlob(bucket, blob);
    throw error;
  }
}

/** What an upload will be checked by: S3 adds up CRCs over the whole object, but SHA-1 and SHA-256 only over parts. */
function checksumKind(headers: Record<string, string>): {
  checksumAlgorithm?: ChecksumAlgorithm;
  checksumType?: StoredChecksum['type'];
} {
  const named = headers['x-amz-checksum-algorithm'];
  const type = headers['x-amz-checksum-type'];
  if (named === undefined) {
    if (type === undefined) return {};
    throw invalidRequest('The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.');
  }
  const algorithm = parseChecksumAlgorithm(named);
  if (!algorithm)
    throw invalidRequest('Checksum algorithm provided is unsupported. Please try again with a supported one.');
  const chosen = type ?? (algorithm === 'crc64nvme' ? 'FULL_OBJECT' : 'COMPOSITE');
  const possible = algorithm.startsWith('sha') ? ['COMPOSITE'] : ['FULL_OBJECT', 'COMPOSITE'];
  if (!(algorithm === 'crc64nvme' ? ['FULL_OBJECT'] : possible).includes(chosen)) {
    throw invalidRequest(`The ${chosen} checksum type cannot be used with the ${algorithm} checksum algorithm.`);
  }
  return { checksumAlgorithm: algorithm, checksumType: chosen as StoredChecksum['type'] };
}

function kindFields({ checksumAlgorithm, checksumType }: Upload): Record<string, string | undefined> {
  return { ChecksumAlgorithm: checksumAlgorithm && checksumName(checksumAlgorithm), ChecksumType: checksumType };
}
