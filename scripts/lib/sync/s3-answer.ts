import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Failure } from '../command/problems.ts';
import { type Encrypted, type Encryption, isEncryptedOtherwise, usesKms } from './encryption.ts';
import { unquoted } from './etag.ts';
import { notS3 } from './s3-errors.ts';

/** What S3 says of something that it was sent. */
export interface Stored extends Encrypted {
  ETag?: string | undefined;
  ChecksumCRC32?: string | undefined;
}

/** Throws a Failure, naming both, when something is encrypted in another way than was asked for. */
export function checkEncryption(what: string, asked: Encryption, got: Encrypted): void {
  if (!isEncryptedOtherwise(asked, got)) return;
  const { ServerSideEncryption: sse, SSEKMSKeyId: key } = asked;
  const wanted = `s3_sse=${sse}${key ? ` s3_kms_key=${key}` : ''}`;
  const { ServerSideEncryption = 'nothing that S3 tells', SSEKMSKeyId } = got;
  const is = SSEKMSKeyId ? `${ServerSideEncryption} and the key ${SSEKMSKeyId}` : ServerSideEncryption;
  throw new Failure(`${what} is encrypted with ${is}, though ${wanted} was asked for.`);
}

/** Throws a Failure when S3 says that it has got something else than it was sent. `etag`: where it is known. */
export function checkStored(what: string, sent: { etag?: string; ChecksumCRC32?: string }, got: Stored): void {
  if (!got.ETag) throw new Failure(notS3(`it took ${what} without an ETag`));
  const differ = (name: string, is: string, was: string) =>
    new Failure(`${what} is not in S3 as it was sent: its ${name} there is ${is}, not ${was}. Try again.`);
  const { etag, ChecksumCRC32 } = sent;
  if (ChecksumCRC32 && got.ChecksumCRC32 && isOfSameKind(got.ChecksumCRC32, ChecksumCRC32)) {
    if (got.ChecksumCRC32 !== ChecksumCRC32) throw differ('CRC32', got.ChecksumCRC32, ChecksumCRC32);
  }
  if (etag && !usesKms(got) && unquoted(got.ETag) !== etag) throw differ('ETag', unquoted(got.ETag), etag);
}

/** As S3 gives and takes it: base64 of four bytes. */
export function crc32Of(bytes: Buffer): string {
  const four = Buffer.alloc(4);
  four.writeUInt32BE(crc32(bytes));
  return four.toString('base64');
}

/** The CRC32 and the ETag that S3 makes of those of the parts. */
export function ofParts(parts: { ETag: string; ChecksumCRC32: string }[]): { etag: string; ChecksumCRC32: string } {
  const crcs = Buffer.concat(parts.map(part => Buffer.from(part.ChecksumCRC32, 'base64')));
  const md5s = Buffer.concat(parts.map(({ ETag }) => Buffer.from(ETag, 'hex')));
  const etag = createHash('md5').update(md5s).digest('hex');
  return { etag: `${etag}-${parts.length}`, ChecksumCRC32: `${crc32Of(crcs)}-${parts.length}` };
}

/** S3 may tell the checksum of the whole instead of that of the parts' checksums, which ends in their number. */
function isOfSameKind(one: string, other: string): boolean {
  return one.includes('-') === other.includes('-');
}
