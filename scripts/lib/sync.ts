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

export interface SyncOptions {
  s3: S3Client;
  folder: string;
  bucket: string;
  prefix: string;
  signal: AbortSignal;
  /** Called with each file that is being uploaded. */
  uploading?: (name: string, size: number) => void;
}

export interface SyncResult {
  uploaded: string[];
  bytes: number;
  /** Files that were already there, whole and the same. */
  unchanged: number;
}

interface LocalFile {
  /** Below the folder, with `/` between its parts: the object's key after the prefix. */
  name: string;
  path: string;
  size: number;
}

/**
 * Makes the S3 prefix hold every file of a folder, uploading only what differs in size or content. Deletes nothing.
 * Objects appear whole or not at all; every part is checked by the checksum that goes with it.
 */
export async function sync({ s3, folder, bucket, prefix, signal, uploading }: SyncOptions): Promise<SyncResult> {
  const files = localFiles(folder);
  const remote = new Map<string, { size: number; etag: string }>();
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key = '', Size = 0, ETag = '' } of page.Contents ?? []) {
      remote.set(Key, { size: Size, etag: ETag.replaceAll('"', '') });
    }
  }
  const limit = pLimit(AT_ONCE);
  const uploaded: LocalFile[] = [];
  await Promise.all(
    files.map(file =>
      limit(async () => {
        signal.throwIfAborted();
        const key = prefix + file.name;
        const there = remote.get(key);
        if (there?.size === file.size && there.etag === (await etagOf(file))) return;
        uploading?.(file.name, file.size);
        await upload(s3, file, bucket, key, signal);
        uploaded.push(file);
      }),
    ),
  );
  return {
    uploaded: uploaded.map(file => file.name).sort(),
    bytes: uploaded.reduce((sum, file) => sum + file.size, 0),
    unchanged: files.length - uploaded.length,
  };
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
