import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../command/problems.ts';
import { statusOf } from '../command/status-of.ts';
import { PART_SIZE } from './etag.ts';

/** What S3 takes for a key, in bytes of UTF-8 (S3 user guide, "Naming Amazon S3 objects"). */
const MAX_KEY = 1024;

/** What S3 takes in parts of this size, of which it takes 10,000 (S3 user guide, "Multipart upload limits"). */
const MAX_SIZE = 10_000 * PART_SIZE;

/** What build instances have compiled they keep here, below the prefix; nothing of the operator's belongs to it. */
const OF_BUILDS = 'compiled/';

export interface LocalFile {
  /** Below the folder, with `/` between its parts: the object's key after the prefix. */
  name: string;
  path: string;
  /** In bytes. */
  size: number;
  /** Tells whether the file has changed since: size, time and inode. */
  version: string;
  /** The ETag that S3 gives it; of files of at most one part. */
  etag?: string;
}

/**
 * The files below a folder but for dotfiles (at every level) and the README that says what the folder is for. Links to
 * files count as files. What can't be uploaded becomes a problem.
 */
export function localFiles(folder: string, prefix: string, problems: Problem[]): LocalFile[] {
  const files: LocalFile[] = [];
  const wrong = (name: string, message: string, fix: string) =>
    problems.push({ parameter: 'resources', value: name, message, fix });
  for (const name of namesBelow(folder).sort()) {
    if (name === 'README.md') continue;
    const path = join(folder, name);
    const status = statusOf(path);
    if (name.startsWith(OF_BUILDS)) {
      wrong(name, 'is where builds keep what they have compiled', 'Put it into a folder of another name.');
    } else if (!status && name.includes('\uFFFD')) {
      // Node puts this character where it can not decode a name, and then finds no such file.
      wrong(name, 'has a name that is not UTF-8, which S3 can not hold', 'Rename it.');
    } else if (!status) {
      const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink();
      wrong(
        name,
        isLink ? 'is a link to nothing, or to itself' : 'is gone',
        'Remove it, or put the file in its place.',
      );
    } else if (status.isFile()) {
      if (Buffer.byteLength(prefix + name) > MAX_KEY) {
        wrong(name, `has more than ${MAX_KEY} bytes in its name and prefix, which S3 can not hold`, 'Rename it.');
      }
      if (status.size > MAX_SIZE) {
        const message = `has ${gib(status.size)}; more than ${gib(MAX_SIZE)} can not be uploaded (10,000 parts)`;
        wrong(name, message, 'Split it, or keep it elsewhere.');
      }
      files.push({ name, path, size: status.size, version: versionOf(status) });
    } else if (status.isDirectory()) {
      wrong(name, 'is a link to a folder, which is not followed', 'Put the folder itself in its place.');
    } else wrong(name, 'is neither a file nor a folder', 'Remove it.');
  }
  return files;
}

/** Whatever is no folder, at every level, but for dotfiles and what is in folders of such names. */
function namesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !name.startsWith('.'));
  return entries.flatMap(entry =>
    entry.isDirectory() ? namesBelow(join(folder, entry.name)).map(name => `${entry.name}/${name}`) : entry.name,
  );
}

/** True when a file is no longer what it was when it was listed. */
export function hasChanged({ path, version }: LocalFile): boolean {
  const status = statusOf(path);
  return !status || versionOf(status) !== version;
}

function gib(size: number): string {
  return `${(size / 2 ** 30).toFixed(2)} GiB`;
}

function versionOf({ size, mtimeMs, ino }: { size: number; mtimeMs: number; ino: number }): string {
  return `${size}:${mtimeMs}:${ino}`;
}
