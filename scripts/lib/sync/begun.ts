import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Encryption } from './encryption.ts';

/** All that has to be the same for an upload to be gone on with. */
export interface UploadFacts {
  bucket: string;
  key: string;
  /** Size, time and inode of the file. */
  version: string;
  partSize: number;
  checksum: string;
  encryption: Encryption;
}

/** An upload in parts that this checkout began. */
export interface BegunUpload {
  id: string;
  facts: UploadFacts;
}

/**
 * Keeps which upload this checkout has begun for a key, and of what. Where that can't be kept (a full disk, a folder
 * of somebody else's) the upload goes on: it can only not be gone on with.
 */
export function keepBegun(folder: string, begun: BegunUpload): void {
  const file = fileOf(folder, begun.facts);
  const beside = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(beside, JSON.stringify(begun));
    renameSync(beside, file);
  } catch {
    remove(beside);
  }
}

/** The upload that this checkout began for a key and did not finish; nothing where that can't be read. */
export function readBegun(folder: string, place: Pick<UploadFacts, 'bucket' | 'key'>): BegunUpload | undefined {
  try {
    const begun = JSON.parse(readFileSync(fileOf(folder, place), 'utf8'));
    const isThis = begun.facts.bucket === place.bucket && begun.facts.key === place.key;
    return isThis && typeof begun.id === 'string' && begun.id !== '' ? begun : undefined;
  } catch {
    return undefined;
  }
}

/** True when what was begun is what would be begun now. */
export function isSame({ facts }: BegunUpload, wanted: UploadFacts): boolean {
  return isDeepStrictEqual(facts, wanted);
}

/** Forgets an upload that has ended; not one that another sync has begun meanwhile. */
export function forgetBegun(folder: string, { id, facts }: BegunUpload): void {
  if (readBegun(folder, facts)?.id === id) remove(fileOf(folder, facts));
}

/** What can't be removed does no harm: S3 will say that there is no such upload. */
function remove(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {}
}

function fileOf(folder: string, { bucket, key }: Pick<UploadFacts, 'bucket' | 'key'>): string {
  return join(folder, `${createHash('sha256').update(`${bucket}/${key}`).digest('hex').slice(0, 32)}.json`);
}
