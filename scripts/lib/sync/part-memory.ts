import { open } from 'node:fs/promises';
import pLimit from 'p-limit';
import { Failure } from '../command/problems.ts';
import { PART_SIZE } from './etag.ts';
import { hasChanged, type LocalFile } from './local-files.ts';

/** Parts in memory at a time, over all files: what bounds the memory. */
const parts = pLimit(4);
/** Memory for parts that is free to be used; it is never given back, so that no garbage piles up. */
const free: Buffer[] = [];

/** Reads part of a file into memory, lets it be used, and takes the memory back. */
export function withPart<Result>(
  file: LocalFile,
  start: number,
  use: (body: Buffer) => Promise<Result>,
): Promise<Result> {
  return parts(async () => {
    const memory = free.pop() ?? Buffer.allocUnsafeSlow(PART_SIZE);
    try {
      return await use(await read(file, start, memory));
    } finally {
      free.push(memory);
    }
  });
}

/** Throws a Failure when a file is no longer what it was when it was listed. */
export function refuseIfChanged(file: LocalFile): void {
  if (hasChanged(file)) throw new Failure(`${file.name} changed while it was being uploaded; S3 has not got it.`);
}

/** Fills the memory from a place in the file; gives as much of it as there was. */
async function read(file: LocalFile, start: number, memory: Buffer): Promise<Buffer> {
  const handle = await open(file.path);
  try {
    const wanted = Math.min(memory.length, file.size - start);
    const { bytesRead } = await handle.read(memory, 0, wanted, start);
    if (bytesRead < wanted) refuseIfChanged(file);
    return memory.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
