import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** How mkswap labels our files: what bears it is ours to replace, and nothing else is. At most 15 bytes. */
export const LABEL = 'lava-swap';

/** The label's place in the header, after 1 KiB for a boot sector, three numbers and the UUID. */
const LABEL_OFFSET = 1052;
const LABEL_LENGTH = 16;
const MAGIC = 'SWAPSPACE2';
/** The magic ends the first page, whose size depends on the kernel: 4 KiB, or up to 64 KiB on ARM. */
const PAGE_SIZES = [4096, 16384, 65536];

/** What a file holds: our swap (and its size in bytes), or something else. It must be a regular file. */
export function inspectSwapFile(path: string): { ours: boolean; size: number } {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(65536);
    const length = readSync(file, head, 0, head.length, 0);
    const text = (offset: number, size: number) => head.subarray(0, length).toString('latin1', offset, offset + size);
    const isSwap = PAGE_SIZES.some(page => text(page - MAGIC.length, MAGIC.length) === MAGIC);
    const label = text(LABEL_OFFSET, LABEL_LENGTH).replace(/\0+$/, '');
    return { ours: isSwap && label === LABEL, size: fstatSync(file).size };
  } finally {
    closeSync(file);
  }
}
