import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, readSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '../command/root.ts';
import { statusOf } from '../command/status-of.ts';

const CHUNK = 4 * 1024 * 1024;

/** Files that were read before and have not changed since: path to what they were and their checksum. */
type Memory = Record<string, { version: string; sha256: string }>;

const MEMORY = join(ROOT, 'dist/checksums.json');
let memory: Memory | undefined;

/** SHA-256 of a file, in hexadecimal digits; undefined where there is none. It is read once only while it stays as it is. */
export function sha256OfFile(file: string): string | undefined {
  const status = statusOf(file);
  if (!status?.isFile()) return undefined;
  memory ??= remembered();
  const version = `${status.size}:${status.mtimeMs}:${status.ctimeMs}:${status.ino}`;
  if (memory[file]?.version !== version) {
    memory[file] = { version, sha256: readSha256(file) };
    remember(memory);
  }
  return memory[file].sha256;
}

function readSha256(file: string): string {
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(CHUNK);
  const handle = openSync(file, 'r');
  try {
    for (let size = 1; size > 0; ) {
      size = readSync(handle, chunk);
      hash.update(chunk.subarray(0, size));
    }
  } finally {
    closeSync(handle);
  }
  return hash.digest('hex');
}

function remembered(): Memory {
  try {
    return JSON.parse(readFileSync(MEMORY, 'utf8'));
  } catch {
    return {};
  }
}

function remember(known: Memory): void {
  try {
    mkdirSync(dirname(MEMORY), { recursive: true });
    writeFileSync(`${MEMORY}.${process.pid}`, JSON.stringify(known));
    renameSync(`${MEMORY}.${process.pid}`, MEMORY);
  } catch {
    // Nothing is lost but time.
  }
}
