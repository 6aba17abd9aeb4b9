import { Buffer } from 'node:buffer';
import { ACCOUNT } from '../state.ts';
import { checksumName } from './checksums.ts';
import { type ListingRequest, listKeys } from './listing.ts';
import { limitOf } from './page-limit.ts';
import { type BucketOperation, quoted, xmlAnswer } from './s3-call.ts';
import { invalidArgument } from './s3-fault.ts';
import type { Bucket } from './store.ts';

export const OWNER = { ID: ACCOUNT.padStart(64, '0'), DisplayName: 'operator' };

export const listObjectsV2: BucketOperation = (_context, bucket, { query }) => {
  const token = query.get('continuation-token');
  const startAfter = query.get('start-after') ?? '';
  const request = listingRequest(query, token === null ? startAfter : readToken(token));
  const encode = encoder(query);
  const { keys, commonPrefixes, next } = listKeys(bucket.keys, request);
  return xmlAnswer('ListBucketResult', {
    ...commonFields(bucket, request, query),
    KeyCount: keys.length + commonPrefixes.length,
    StartAfter: startAfter === '' ? undefined : encode(startAfter),
    ContinuationToken: token,
    NextContinuationToken: next === undefined ? undefined : writeToken(next),
    IsTruncated: next !== undefined,
    ...entries(bucket, keys, commonPrefixes, encode, query.get('fetch-owner') === 'true'),
  });
};

export const listObjects: BucketOperation = (_context, bucket, { query }) => {
  const marker = query.get('marker') ?? '';
  const request = listingRequest(query, marker);
  const encode = encoder(query);
  const { keys, commonPrefixes, next } = listKeys(bucket.keys, request);
  return xmlAnswer('ListBucketResult', {
    ...commonFields(bucket, request, query),
    Marker: encode(marker),
    // Without a delimiter the client goes on from the last key, and S3 says no more.
    NextMarker: next === undefined || request.delimiter === '' ? undefined : encode(next),
    IsTruncated: next !== undefined,
    ...entries(bucket, keys, commonPrefixes, encode, true),
  });
};

function listingRequest(query: URLSearchParams, after: string): ListingRequest {
  const maxKeys = limitOf(query, 'max-keys');
  return { prefix: query.get('prefix') ?? '', delimiter: query.get('delimiter') ?? '', maxKeys, after };
}

function commonFields(bucket: Bucket, { prefix, delimiter, maxKeys }: ListingRequest, query: URLSearchParams) {
  const encode = encoder(query);
  return {
    Name: bucket.name,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    MaxKeys: maxKeys,
    EncodingType: query.get('encoding-type') ?? undefined,
  };
}

function entries(
  bucket: Bucket,
  keys: string[],
  commonPrefixes: string[],
  encode: (key: string) => string,
  withOwner: boolean,
): object {
  const objects = keys.map(key => bucket.objects.get(key)!);
  return {
    Contents: objects.map(({ key, lastModified, etag, size, checksum }) => ({
      Key: encode(key),
      LastModified: lastModified,
      ETag: quoted(etag),
      ChecksumAlgorithm: checksum && checksumName(checksum.algorithm),
      ChecksumType: checksum?.type,
      Size: size,
      Owner: withOwner ? OWNER : undefined,
      StorageClass: 'STANDARD',
    })),
    CommonPrefixes: commonPrefixes.map(prefix => ({ Prefix: encode(prefix) })),
  };
}

/** `encoding-type=url` is for keys that XML cannot hold. A space as `%20` suits clients that take `+` for one too. */
function encoder(query: URLSearchParams): (text: string) => string {
  const type = query.get('encoding-type');
  if (type === null) return text => text;
  if (type !== 'url') throw invalidArgument('encoding-type', 'Invalid Encoding Method specified in Request');
  return text => encodeURIComponent(text).replaceAll('%2F', '/');
}

function writeToken(key: string): string {
  return Buffer.from(key).toString('base64url');
}

function readToken(token: string): string {
  const key = Buffer.from(token, 'base64url').toString();
  if (token !== '' && writeToken(key) === token) return key;
  throw invalidArgument('continuation-token', 'The continuation token provided is incorrect');
}
