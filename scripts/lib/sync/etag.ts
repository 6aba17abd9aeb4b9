import { createHash } from 'node:crypto';
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** Parts of multipart uploads, in bytes; fixed, since an object's ETag is made of its parts' checksums. As the AWS CLI. */
export const PART_SIZE = 8 * 1024 * 1024;

/** The ETag that S3 gives a file of at most one part: its MD5 (S3 user guide). `memory` must have room for a part. */
export function etagOfSmall({ path }: { path: string }, memory: Buffer): string {
  const file = openSync(path, 'r');
  try {
    return md5Of(memory.subarray(0, readSync(file, memory, 0, PART_SIZE, 0)));
  } finally {
    closeSync(file);
  }
}

/** The ETag of a file of any size; with several parts it is the MD5 of their MD5s, and their number. */
export async function etagOf({ path, size }: { path: string; size: number }): Promise<string> {
  const digests: Buffer[] = [];
  for (let start = 0; start === 0 || start < size; start += PART_SIZE) {
    const md5 = createHash('md5');
    await pipeline(createReadStream(path, { start, end: start + PART_SIZE - 1 }), md5);
    digests.push(md5.digest());
  }
  const all = Buffer.concat(digests);
  return digests.length > 1 ? `${md5Of(all)}-${digests.length}` : all.toString('hex');
}

/** As it is compared and kept: S3 puts quotes around it. */
export function unquoted(etag: string): string {
  return etag.replaceAll('"', '');
}

/** In hexadecimal digits. */
export function md5Of(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex');
}
