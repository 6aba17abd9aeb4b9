import { HeadObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import pLimit from 'p-limit';
import { explainAwsError } from '../aws-errors.ts';
import { Failure, type Problem, UserMistake } from '../problems.ts';
import { etagOf, type LocalFile, localFiles } from './local-files.ts';
import { type Encryption, upload } from './upload.ts';

/** Files that are compared, or uploaded, at a time. */
const AT_ONCE = 8;

/** A folder here, and where in S3 its files belong. */
export interface SyncPlace {
  s3: S3Client;
  folder: string;
  bucket: string;
  prefix: string;
  encryption: Encryption;
}

export interface SyncDifference {
  /** Files that S3 lacks, or has in another size or with other content. */
  upload: LocalFile[];
  /** Files that are there, whole and the same. */
  unchanged: number;
}

/** Finds out which files of a folder differ, in size or content, from their objects in S3. Changes nothing. */
export async function compareWithS3({ s3, folder, bucket, prefix }: SyncPlace): Promise<SyncDifference> {
  const problems: Problem[] = [];
  const files = localFiles(folder, prefix, problems);
  if (problems.length > 0) throw new UserMistake(problems);
  const remote = new Map<string, { size: number; etag: string }>();
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key = '', Size = 0, ETag = '' } of page.Contents ?? []) {
      remote.set(Key, { size: Size, etag: ETag.replaceAll('"', '') });
    }
  }
  const limit = pLimit(AT_ONCE);
  const isSame = async (file: LocalFile): Promise<boolean> => {
    const there = remote.get(prefix + file.name);
    if (there?.size !== file.size) return false;
    const etag = await etagOf(file);
    if (there.etag === etag) return true;
    // With a KMS key the ETag is no checksum; then ours was kept with the object.
    const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: prefix + file.name }));
    return head.ServerSideEncryption === 'aws:kms' && head.Metadata?.etag === etag;
  };
  const same = await Promise.all(files.map(file => limit(() => isSame(file))));
  const toUpload = files.filter((_, index) => !same[index]);
  return { upload: toUpload, unchanged: files.length - toUpload.length };
}

/**
 * Uploads files to where they belong. One that is refused does not keep the others back; at the end a Failure names
 * every file that did not arrive. `arrived` is called with bytes as they arrive.
 */
export async function uploadAll(
  place: SyncPlace,
  files: LocalFile[],
  signal: AbortSignal,
  arrived: (bytes: number) => void,
): Promise<void> {
  const { s3, bucket, prefix, encryption } = place;
  const limit = pLimit(AT_ONCE);
  const failures: string[] = [];
  const one = async (file: LocalFile) => {
    if (signal.aborted) return;
    const metadata = encryption.ServerSideEncryption === 'aws:kms' ? { etag: await etagOf(file) } : {};
    try {
      await upload(file, { s3, bucket, key: prefix + file.name, encryption, metadata, signal, arrived });
    } catch (error) {
      const reason = error instanceof Failure ? error.message : explainAwsError(error);
      if (signal.aborted) return;
      if (!reason) throw error;
      failures.push(`${file.name}: ${reason}`);
    }
  };
  await Promise.all(files.map(file => limit(() => one(file))));
  signal.throwIfAborted();
  if (failures.length > 0) {
    throw new Failure(`${failures.length} of ${files.length} files did not arrive in S3:\n${failures.join('\n')}`);
  }
}

/** The sum of sizes, in bytes. */
export function totalSize(files: LocalFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}
