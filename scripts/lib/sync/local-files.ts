import { createHash } from 'node:crypto';
import { createReadStream, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Problem } from '../problems.ts';

/** Parts of multipart uploads, in bytes; fixed, since an object's ETag is made of its parts' checksums. As the AWS CLI. */
export const PART_SIZE = 8 * 1024 * 1024;

/** What S3 takes for a key, in bytes of UTF-8 (S3 user guide, "Naming Amazon S3 objects"). */
const MAX_KEY = 1024;

export interface LocalFile {
  /** Below the folder, with `/` between its parts: the object's key after the prefix. */
  name: string;
  path: string;
  /** In bytes. */
  size: number;
  /** Tells whether the file has changed since: size, time and inode. */
  version: string;
}

/**
 * The files below a folder but for dotfiles (at every level) and the README that says what the folder is for. Links to
 * files count as files. What can't be uploaded becomes a problem.
 */
export function localFiles(folder: string, prefix: string, problems: Problem[]): LocalFile[] {
  const files: LocalFile[] = [];
  const wrong = (name: string, message: string, fix: string) =>
    problems.push({ parameter: 'resources', value: name, message, fix });
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const name = entry.split(sep).join('/');
    if (name === 'README.md' || name.split('/').some(part => part.startsWith('.'))) continue;
    const path = join(folder, entry);
    const status = statSync(path, { throwIfNoEntry: false });
    if (!status && name.includes('\uFFFD')) {
      // Node puts this character where it can not decode a name, and then finds no such file.
      wrong(name, 'has a name that is not UTF-8, which S3 can not hold', 'Rename it.');
    } else if (!status) {
      const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink();
      wrong(name, isLink ? 'is a link to nothing' : 'is gone', 'Remove it, or put the file in its place.');
    } else if (status.isFile()) {
      if (Buffer.byteLength(prefix + name) > MAX_KEY) {
        wrong(name, `has more than ${MAX_KEY} bytes in its name and prefix, which S3 can not hold`, 'Rename it.');
      }
      files.push({ name, path, size: status.size, version: versionOf(status) });
    } else if (!status.isDirectory()) wrong(name, 'is neither a file nor a folder', 'Remove it.');
  }
  return files;
}

/** True when a file is no longer what it was when it was listed. */
export function hasChanged({ path, version }: LocalFile): boolean {
  const status = statSync(path, { throwIfNoEntry: false });
  return !status || versionOf(status) !== version;
}

function versionOf({ size, mtimeMs, ino }: { size: number; mtimeMs: number; ino: number }): string {
  return `${size}:${mtimeMs}:${ino}`;
}

/** The ETag that S3 gives a file of ours: its MD5, or that of its parts' MD5s and their number (S3 user guide). */
export async function etagOf({ path, size }: LocalFile): Promise<string> {
  // Most files are small, and for them a thread of its own costs more than the reading.
  if (size <= PART_SIZE) return createHash('md5').update(readFileSync(path)).digest('hex');
  const digests: Buffer[] = [];
  for (let start = 0; start < size; start += PART_SIZE) {
    const hash = createHash('md5');
    await pipeline(createReadStream(path, { start, end: start + PART_SIZE - 1 }), hash);
    digests.push(hash.digest());
  }
  return `${createHash('md5').update(Buffer.concat(digests)).digest('hex')}-${digests.length}`;
}
