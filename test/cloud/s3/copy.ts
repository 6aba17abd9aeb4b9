import { authorize } from './access.ts';
import { type ChecksumAlgorithm, DEFAULT_CHECKSUM, parseChecksumAlgorithm } from './checksums.ts';
import { checkCopyConditions } from './conditions.ts';
import { encryptionHeaders, readDescription } from './description.ts';
import { checksumFields, commit, factsOf, findObject, readBytes } from './objects.ts';
import { parseRange } from './range.ts';
import { measure, writeBlob } from './request-body.ts';
import { type BucketOperation, quoted, type S3Call, type S3Context, xmlAnswer } from './s3-call.ts';
import { invalidArgument, invalidRequest, noSuchBucket, notImplemented } from './s3-fault.ts';
import type { Bucket } from './store.ts';
import type { Description, StoredObject } from './stored-object.ts';
import { commitPart, findUpload, partNumberOf } from './uploads.ts';

export const copyObject: BucketOperation = async (context, bucket, call) => {
  const source = findSource(context, call);
  const description = describeCopy(source.object, bucket, call);
  if (source.bucket === bucket && source.object.key === call.key && !changesSomething(call.headers)) {
    throw invalidRequest(
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  const { blob, ...measured } = await writeBlob(bucket, measure(source.bytes(), copiedAlgorithm(source.object, call)));
  const object = { key: call.key, blob, ...description, ...factsOf(measured, description.encryption) };
  commit(context, bucket, object, call.headers);
  const { etag, lastModified, checksum } = object;
  const fields = {
    ETag: quoted(etag),
    LastModified: lastModified,
    ...checksumFields(checksum),
    ChecksumType: checksum?.type,
  };
  return xmlAnswer('CopyObjectResult', fields, encryptionHeaders(object.encryption));
};

export const uploadPartCopy: BucketOperation = async (context, bucket, call) => {
  const upload = findUpload(bucket, call);
  const number = partNumberOf(call);
  const source = findSource(context, call);
  const stream = measure(source.bytes(call.headers['x-amz-copy-source-range']), upload.checksumAlgorithm);
  const part = commitPart(bucket, call, number, await writeBlob(bucket, stream));
  const fields = { ETag: quoted(part.etag), LastModified: part.lastModified, ...checksumFields(part.checksum) };
  return xmlAnswer('CopyPartResult', fields, encryptionHeaders(upload.encryption));
};

interface Source {
  bucket: Bucket;
  object: StoredObject;
  bytes(range?: string): AsyncIterable<Buffer>;
}

/** The object that `x-amz-copy-source: [/]BUCKET/KEY` names, if the caller may read it and its conditions hold. */
function findSource(context: S3Context, call: S3Call): Source {
  const [path = '', version] = call.headers['x-amz-copy-source']!.split('?versionId=');
  if (version) throw notImplemented('versions of objects');
  const [, name, key] = /^\/?([^/]+)\/(.+)$/s.exec(decode(path)) ?? [];
  if (!name || !key) throw invalidArgument('x-amz-copy-source', 'Copy Source must mention the source bucket and key.');
  const bucket = context.buckets.get(name);
  if (!bucket) throw noSuchBucket(name);
  authorize(context, call, 's3:GetObject', bucket, key);
  const object = findObject(context, bucket, { ...call, key });
  checkCopyConditions(object, call.headers);
  return { bucket, object, bytes: range => readBytes(bucket, object, parseRange(range, object.size)) };
}

function describeCopy(source: StoredObject, bucket: Bucket, { headers }: S3Call): Description {
  const own = readDescription(headers, bucket.settings.region);
  const replaces = (what: string) => {
    const directive = headers[`x-amz-${what}-directive`] ?? 'COPY';
    if (directive === 'COPY' || directive === 'REPLACE') return directive === 'REPLACE';
    throw invalidArgument(`x-amz-${what}-directive`, `Unknown ${what} directive.`);
  };
  const described = replaces('metadata') ? own : source;
  return {
    headers: described.headers,
    metadata: described.metadata,
    tags: replaces('tagging') ? own.tags : source.tags,
    encryption: own.encryption,
  };
}

function changesSomething(headers: Record<string, string>): boolean {
  const replaced = ['metadata', 'tagging'].some(what => headers[`x-amz-${what}-directive`] === 'REPLACE');
  return (
    replaced || headers['x-amz-server-side-encryption'] !== undefined || headers['x-amz-storage-class'] !== undefined
  );
}

function copiedAlgorithm({ checksum }: StoredObject, { headers }: S3Call): ChecksumAlgorithm {
  const asked = headers['x-amz-checksum-algorithm'];
  if (asked === undefined) return checksum?.algorithm ?? DEFAULT_CHECKSUM;
  const algorithm = parseChecksumAlgorithm(asked);
  if (!algorithm) throw invalidRequest(`Checksum algorithm ${asked} is not known.`);
  return algorithm;
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw invalidArgument('x-amz-copy-source', 'The copy source must be URL-encoded.');
  }
}
