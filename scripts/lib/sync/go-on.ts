import { AbortMultipartUploadCommand, ListPartsCommand, type S3Client } from '@aws-sdk/client-s3';
import { isDenied } from '../aws/errors.ts';
import { type BegunUpload, forgetBegun, isSame, readBegun, type UploadFacts } from './begun.ts';
import { md5Of, unquoted } from './etag.ts';

/** A part that S3 has. */
export interface SentPart {
  /** Without quotes. */
  etag: string;
  ChecksumCRC32: string | undefined;
}

/** An upload that this checkout began, with what S3 has of it, by the number of the part. */
export interface Resumed extends BegunUpload {
  parts: Map<number, SentPart>;
}

/** What S3 says of an upload that can't be gone on with. */
const UNFIT = ['NoSuchUpload', 'InvalidRequest', 'InvalidPart', 'InvalidPartOrder', 'EntityTooSmall', 'BadDigest'];

/** True for an error with which an upload that was gone on with is to be begun anew. */
export function isUnfit(error: unknown): boolean {
  return error instanceof Error && UNFIT.includes(error.name);
}

/**
 * The unfinished upload that this checkout began for a key, if it is of the same file, in parts of the same size, with
 * the same checksum and encryption; one of ours that is of something else is ended. Those of others (the AWS CLI, other
 * checkouts) are not even asked for.
 */
export async function findBegun(
  s3: S3Client,
  records: string,
  facts: UploadFacts,
  abortSignal: AbortSignal,
): Promise<Resumed | undefined> {
  const begun = readBegun(records, facts);
  if (!begun) return undefined;
  const upload = { Bucket: facts.bucket, Key: facts.key, UploadId: begun.id };
  if (!isSame(begun, facts)) {
    await s3.send(new AbortMultipartUploadCommand(upload), { abortSignal }).catch(() => {});
    abortSignal.throwIfAborted();
    forgetBegun(records, begun);
    return undefined;
  }
  const parts = new Map<number, SentPart>();
  // Not the SDK's paginator: S3 names a next part even on the last page, and it would go round for ever.
  let PartNumberMarker: string | undefined;
  try {
    do {
      const page = await s3.send(new ListPartsCommand({ ...upload, PartNumberMarker }), { abortSignal });
      if (page.ChecksumAlgorithm && page.ChecksumAlgorithm !== facts.checksum) return undefined;
      for (const { PartNumber = 0, ETag = '', ChecksumCRC32 } of page.Parts ?? []) {
        parts.set(PartNumber, { etag: unquoted(ETag), ChecksumCRC32 });
      }
      const next = page.IsTruncated ? page.NextPartNumberMarker : undefined;
      // One that does not go on would go round for ever, too.
      PartNumberMarker = Number(next) > Number(PartNumberMarker ?? 0) ? next : undefined;
    } while (PartNumberMarker);
  } catch (error) {
    // Who may not list parts begins anew.
    if (isDenied(error) || isUnfit(error)) return undefined;
    throw error;
  }
  return { ...begun, parts };
}

/** True when S3 has this very content as a part; the ETag is its MD5 where S3 tells no checksum. */
export function isSent(part: SentPart, body: Buffer, ChecksumCRC32: string): boolean {
  if (part.ChecksumCRC32) return part.ChecksumCRC32 === ChecksumCRC32;
  return part.etag === md5Of(body);
}
