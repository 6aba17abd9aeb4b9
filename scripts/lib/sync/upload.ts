import { PutObjectCommand } from '@aws-sdk/client-s3';
import { etagOf, PART_SIZE } from './etag.ts';
import type { LocalFile } from './local-files.ts';
import { refuseIfChanged, withPart } from './part-memory.ts';
import { checkEncryption, checkStored, crc32Of } from './s3-answer.ts';
import { uploadInParts } from './upload-in-parts.ts';
import type { UploadOptions } from './upload-options.ts';

/**
 * Uploads one file, which appears whole or not at all. A checksum goes with every body and S3 refuses what does not
 * match it; what S3 answers is compared with what was sent and asked for. A file that changes meanwhile is refused
 * before it appears. What an earlier run of this checkout sent of a large file is not sent again.
 */
export async function upload(file: LocalFile, options: UploadOptions): Promise<void> {
  if (file.size > PART_SIZE) await uploadInParts(file, options);
  else await withPart(file, 0, body => uploadWhole(file, body, options));
}

async function uploadWhole(file: LocalFile, Body: Buffer, options: UploadOptions): Promise<void> {
  const { s3, bucket, key, encryption, signal: abortSignal, arrived } = options;
  // Kept with the object, since under a KMS key, which may be the bucket's own, the ETag can not be compared.
  const etag = file.etag ?? (await etagOf(file));
  abortSignal.throwIfAborted();
  refuseIfChanged(file);
  const sent = { ChecksumCRC32: crc32Of(Body) };
  const command = { Bucket: bucket, Key: key, Body, Metadata: { etag }, ...sent, ...encryption };
  const answer = await s3.send(new PutObjectCommand(command), { abortSignal });
  checkStored(file.name, { ...sent, etag }, answer);
  checkEncryption(file.name, encryption, answer);
  arrived(file.size);
}
