import { HeadObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import pLimit from 'p-limit';
import { Failure, UserMistake } from '../command/problems.ts';
import { type Encryption, isEncryptedOtherwise, usesKms } from './encryption.ts';
import { etagOf, unquoted } from './etag.ts';
import type { LocalFile } from './local-files.ts';
import { type FolderContent, readFolder } from './read-folder.ts';

/** Files that are compared at a time. */
const AT_ONCE = 8;

/** A folder here, and where in S3 its files belong. */
export interface SyncPlace {
  s3: S3Client;
  folder: string;
  bucket: string;
  prefix: string;
  encryption: Encryption;
  /** Folder in which is kept which uploads were begun; dist/sync of this checkout unless it is named. */
  records?: string;
}

export interface SyncDifference {
  /** Files that S3 lacks, or has in another size or with other content. */
  upload: LocalFile[];
  /** Files that are there, whole and the same. */
  unchanged: number;
}

/**
 * Finds out which files of a folder differ, in size, content or the encryption that is asked for, from their objects in
 * S3. Changes nothing.
 */
export async function compareWithS3(
  place: SyncPlace,
  content: Promise<FolderContent> = readFolder(place),
  signal?: AbortSignal,
): Promise<SyncDifference> {
  try {
    return await compare(place, content, signal && { abortSignal: signal });
  } catch (error) {
    if (signal?.aborted) throw error;
    // Loaded here alone: most syncs have nothing to do, and are to be quick.
    const { byStatus } = await import('./s3-errors.ts');
    const reason = byStatus(error);
    throw reason ? new Failure(reason) : error;
  }
}

async function compare(
  { s3, bucket, prefix, encryption }: SyncPlace,
  content: Promise<FolderContent>,
  call: { abortSignal: AbortSignal } | undefined,
): Promise<SyncDifference> {
  const remote = new Map<string, { size: number; etag: string }>();
  const tokens = new Set<string>();
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix }, call)) {
    if (page.Name === undefined) throw await notS3(`it lists the bucket ${bucket} without naming it`);
    for (const { Key = '', Size = 0, ETag = '' } of page.Contents ?? []) {
      remote.set(Key, { size: Size, etag: unquoted(ETag) });
    }
    const token = page.NextContinuationToken;
    if (token && tokens.size === tokens.add(token).size) {
      throw await notS3('it lists the same page of the bucket again and again');
    }
  }
  const { files, problems } = await content;
  if (problems.length > 0) throw new UserMistake(problems);
  const limit = pLimit(AT_ONCE);
  const asksForKms = usesKms(encryption);
  const differs = async (file: LocalFile): Promise<boolean> => {
    const etag = file.etag ?? (await etagOf(file));
    const isEtag = remote.get(prefix + file.name)?.etag === etag;
    if (isEtag && !asksForKms) return false;
    // With a KMS key the ETag is no checksum; then ours was kept with the object.
    const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: prefix + file.name }), call);
    const isContent = isEtag || (usesKms(head) && head.Metadata?.etag === etag);
    return !isContent || isEncryptedOtherwise(encryption, head);
  };
  const differing = await Promise.all(
    files.map(file => {
      const there = remote.get(prefix + file.name);
      if (there?.size !== file.size) return true;
      return (asksForKms || there.etag !== file.etag) && limit(() => differs(file));
    }),
  );
  const toUpload = files.filter((_, index) => differing[index]);
  return { upload: toUpload, unchanged: files.length - toUpload.length };
}

async function notS3(what: string): Promise<Failure> {
  const errors = await import('./s3-errors.ts');
  return new Failure(errors.notS3(what));
}

/** The sum of sizes, in bytes. */
export function totalSize(files: LocalFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}
