import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import pLimit from 'p-limit';

/** Parts of multipart uploads, in bytes. Fixed, since the ETag of an object is made of its parts' checksums. */
const PART_SIZE = 16 * 1024 * 1024;
const AT_ONCE = 4;

/** A folder here, and where in S3 its files belong. */
export interface SyncPlace {
  s3: S3Client;
  folder: string;
  bucket: string;
  prefix: string;
}

export interface LocalFile {
  /** Below the folder, with `/` between its parts: the object's key after the prefix. */
  name: string;
  path: string;
  /** In bytes. */
  size: number;
}

export interface SyncDifference {
  /** Files that S3 lacks, or has in another size or with other content. */
  upload: LocalFile[];
  /** Files that are there, whole and the same. */
  unchanged: number;
}

/** Finds out which files of a folder differ from their objects in S3. Changes nothing. */
export async function compareWithS3({ s3, folder, bucket, prefix }: SyncPlace): Promise<SyncDifference> {
  const files = localFiles(folder);
  const remote = new Map<string, { size: number; etag: string }>();
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key = '', Size = 0, ETag = '' } of page.Contents ?? []) {
      remote.set(Key, { size: Size, etag: ETag.replaceAll('"', '') });
    }
  }
  const limit = pLimit(AT_ONCE);
  const same = await Promise.all(
    files.map(file =>
      limit(async () => {
        const there = remote.get(prefix + file.name);
        return there?.size === file.size && there.etag === (await etagOf(file));
      }),
    ),
  );
  const upload = files.filter((_, index) => !same[index]);
  return { upload, unchanged: files.length - upload.length };
}

/**
 * Uploads files to where they belong in S3. Objects appear whole or not at all; every part is checked by the checksum
 * that goes with it. `uploading` is called with each file as its turn comes.
 */
export async function uploadAll(
  { s3, bucket, prefix }: SyncPlace,
  files: LocalFile[],
  signal: AbortSignal,
  uploading: (file: LocalFile) => void,
): Promise<void> {
  const limit = pLimit(AT_ONCE);
  await Promise.all(
    files.map(file =>
      limit(async () => {
        signal.throwIfAborted();
        uploading(file);
        await upload(s3, file, bucket, prefix + file.name, signal);
      }),
    ),
  );
}

/** The sum of sizes, in bytes. */
export function totalSize(files: LocalFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

/** The files below a folder but for dotfiles (at every level) and the README that says what the folder is for. */
function localFiles(folder: string): LocalFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(entry => ({ name: entry.split(sep).join('/'), path: join(folder, entry) }))
    .filter(({ name }) => name !== 'README.md' && !name.split('/').some(part => part.startsWith('.')))
    .map(file => ({ ...file, status: statSync(file.path) }))
    .filter(({ status }) => status.isFile())
    .map(({ name, path, status }) => ({ name, path, size: status.size }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function upload(s3: S3Client, file: LocalFile, Bucket: string, Key: string, signal: AbortSignal): Promise<void> {
  const body = createReadStream(file.path, { highWaterMark: 1024 * 1024 });
  const task = new Upload({
    client: s3,
    params: { Bucket, Key, Body: body, ContentLength: file.size },
    partSize: PART_SIZE,
    queueSize: 2,
  });
  const abort = () => void task.abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await task.done();
  } finally {
    signal.removeEventListener('abort', abort);
    body.destroy();
  }
}

/** The ETag that S3 gives a file of ours: its MD5, or that of its parts' MD5s and their number (S3 user guide). */
async function etagOf(file: LocalFile): Promise<string> {
  const digests: Buffer[] = [];
  for (let start = 0; start === 0 || start < file.size; start += PART_SIZE) {
    const hash = createHash('md5');
    if (file.size > 0) await pipeline(createReadStream(file.path, { start, end: start + PART_SIZE - 1 }), hash);
    digests.push(hash.digest());
  }
  const [whole = Buffer.alloc(0)] = digests;
  if (digests.length === 1) return whole.toString('hex');
  return `${createHash('md5').update(Buffer.concat(digests)).digest('hex')}-${digests.length}`;
}
