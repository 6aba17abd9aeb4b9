import { Buffer } from 'node:buffer';
import { Fault } from '../service.ts';
import { ACCOUNT } from '../state.ts';
import { invalidArgument, notImplemented } from './s3-fault.ts';
import type { Description, Encryption } from './stored-object.ts';

/** The headers of HTTP that an object keeps and gives back. */
const KEPT = ['content-type', 'cache-control', 'content-disposition', 'content-language', 'expires'];
/** All metadata of an object together, in bytes. */
const METADATA_LIMIT = 2048;
const META = 'x-amz-meta-';

/** What the headers of an upload say about the object to be. Throws for what the local cloud's S3 does not do. */
export function readDescription(headers: Record<string, string>, region: string): Description {
  refuseUnknown(headers);
  return {
    headers: keptHeaders(headers),
    metadata: metadataOf(headers),
    tags: tagsOfHeader(headers['x-amz-tagging']),
    encryption: encryptionOf(headers, region),
  };
}

/** The same as headers of an answer. */
export function descriptionHeaders({ headers, metadata, tags, encryption }: Description): Record<string, string> {
  const meta = Object.entries(metadata).map(([name, value]) => [META + name, value]);
  const count = Object.keys(tags).length;
  return {
    ...headers,
    ...Object.fromEntries(meta),
    ...(count > 0 ? { 'x-amz-tagging-count': String(count) } : {}),
    ...encryptionHeaders(encryption),
  };
}

export function encryptionHeaders({ algorithm, kmsKeyId }: Encryption): Record<string, string> {
  return {
    'x-amz-server-side-encryption': algorithm,
    ...(kmsKeyId ? { 'x-amz-server-side-encryption-aws-kms-key-id': kmsKeyId } : {}),
  };
}

/** Throws InvalidTag for more or longer tags than an object may have. */
export function checkTags(tags: Record<string, string>): Record<string, string> {
  const entries = Object.entries(tags);
  if (entries.length > 10) throw new Fault('BadRequest', 'Object tags cannot be greater than 10');
  for (const [key, value] of entries) {
    if (key === '' || key.length > 128) throw new Fault('InvalidTag', 'The TagKey must have 1 to 128 characters.');
    if (value.length > 256) throw new Fault('InvalidTag', 'The TagValue must have 256 characters at most.');
  }
  return tags;
}

export function tagsOfHeader(header: string | undefined): Record<string, string> {
  const pairs = [...new URLSearchParams(header ?? '')];
  const tags = Object.fromEntries(pairs);
  if (Object.keys(tags).length < pairs.length) throw invalidArgument('x-amz-tagging', 'A tag key occurs twice.');
  return checkTags(tags);
}

function keptHeaders(headers: Record<string, string>): Record<string, string> {
  const kept = KEPT.flatMap(name => (headers[name] === undefined ? [] : [[name, headers[name]]]));
  // The framing of the request is not the object's encoding.
  const encodings = (headers['content-encoding'] ?? '').split(',').map(encoding => encoding.trim());
  const encoding = encodings.filter(name => name !== '' && name !== 'aws-chunked').join(',');
  return {
    'content-type': 'binary/octet-stream',
    ...Object.fromEntries(kept),
    ...(encoding ? { 'content-encoding': encoding } : {}),
  };
}

function metadataOf(headers: Record<string, string>): Record<string, string> {
  const pairs = Object.entries(headers).filter(([name]) => name.startsWith(META));
  const metadata = Object.fromEntries(pairs.map(([name, value]) => [name.slice(META.length), value]));
  if (Buffer.byteLength(Object.entries(metadata).flat().join('')) > METADATA_LIMIT) {
    throw new Fault(
      'MetadataTooLarge',
      `Your metadata headers exceed the maximum allowed size of ${METADATA_LIMIT} bytes.`,
    );
  }
  return metadata;
}

/** Without a wish S3 encrypts with its own key, AES256. */
function encryptionOf(headers: Record<string, string>, region: string): Encryption {
  const algorithm = headers['x-amz-server-side-encryption'] ?? 'AES256';
  const kmsKeyId = headers['x-amz-server-side-encryption-aws-kms-key-id'];
  if (algorithm === 'aws:kms') {
    checkKey(kmsKeyId, region);
    return { algorithm, kmsKeyId: kmsKeyId ?? `arn:aws:kms:${region}:${ACCOUNT}:alias/aws/s3` };
  }
  if (algorithm !== 'AES256') {
    throw invalidArgument('x-amz-server-side-encryption', `The encryption method ${algorithm} is not supported`);
  }
  if (kmsKeyId) throw invalidArgument('x-amz-server-side-encryption', 'A KMS key goes with aws:kms only.');
  return { algorithm };
}

/** There is no KMS here: any key may exist. Of names there is only AWS's own, as nobody can give a key another one. */
function checkKey(kmsKeyId: string | undefined, region: string): void {
  const alias = /(?:^|:)(alias\/.*)$/.exec(kmsKeyId ?? '')?.[1];
  if (alias === undefined || alias === 'alias/aws/s3') return;
  throw new Fault('KMS.NotFoundException', `Alias arn:aws:kms:${region}:${ACCOUNT}:${alias} is not found.`);
}

const UNKNOWN = [
  /^x-amz-server-side-encryption-customer-/,
  /^x-amz-server-side-encryption-(context|bucket-key-enabled)$/,
  /^x-amz-object-lock-/,
  /^x-amz-grant-/,
  /^x-amz-website-redirect-location$/,
  /^x-amz-write-offset-bytes$/,
];

function refuseUnknown(headers: Record<string, string>): void {
  const unknown = Object.keys(headers).find(name => UNKNOWN.some(pattern => pattern.test(name)));
  if (unknown) throw notImplemented(`the header ${unknown}`);
  const storageClass = headers['x-amz-storage-class'] ?? 'STANDARD';
  if (storageClass !== 'STANDARD') throw notImplemented(`the storage class ${storageClass}, only STANDARD`);
  // Buckets made since April 2023 have no ACLs; only those that change nothing are let through.
  const acl = headers['x-amz-acl'] ?? 'private';
  if (acl !== 'private' && acl !== 'bucket-owner-full-control') {
    throw new Fault('AccessControlListNotSupported', 'The bucket does not allow ACLs');
  }
}
