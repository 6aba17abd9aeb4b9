import { HeadObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import pLimit from 'p-limit';
import { UserMistake } from '../command/problems.ts';
import { etagOf } from './etag.ts';
import type { LocalFile } from './local-files.ts';
import { type FolderContent, readFolder } from './read-folder.ts';
import type { Encryption } from './upload.ts';

/** Files that are compared at a time. */
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
export async function compareWithS3(
  { s3, folder, bucket, prefix }: SyncPlace,
  content: Promise<FolderContent> = readFolder({ folder, prefix }),
): Promise<SyncDifference> {
  const remote = new Map<string, { size: number; etag: string }>();
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key = '', Size = 0, ETag = '' } of page.Contents ?? []) {
      remote.set(Key, { size: Size, etag: ETag.replaceAll('"', '') });
    }
  }
  const { files, problems } = await content;
  if (problems.length > 0) throw new UserMistake(problems);
  const limit = pLimit(AT_ONCE);
  const differs = async (file: (typeof files)[number]): Promise<boolean> => {
    const etag = file.etag ?? (await etagOf(file));
    if (remote.get(prefix + file.name)?.etag === etag) return false;
    // With a KMS key the ETag is no checksum; then ours was kept with the object.
    const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: prefix + file.name }));
    return head.ServerSideEncryption !== 'aws:kms' || head.Metadata?.etag !== etag;
  };
  const differing = await Promise.all(
    files.map(file => {
      const there = remote.get(prefix + file.name);
      if (there?.size !== file.size) return true;
      return there.etag !== file.etag && limit(() => differs(file));
    }),
  );
  const toUpload = files.filter((_, index) => differing[index]);
  return { upload: toUpload, unchanged: files.length - toUpload.length };
}

/** The sum of sizes, in bytes. */
export function totalSize(files: LocalFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}
