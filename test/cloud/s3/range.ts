import { S3Fault } from './s3-fault.ts';

/** Both ends count. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * The part of an object that a Range header asks for; undefined for the whole. Several ranges, or what is no range of
 * bytes at all, mean the whole to S3. Throws InvalidRange when the range lies outside.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (!first && !last) return undefined;
  if (first && last && Number(last) < Number(first)) return undefined;
  const start = first ? Number(first) : Math.max(0, size - Number(last));
  const end = first && last ? Math.min(Number(last), size - 1) : size - 1;
  if (start > end) {
    const headers = { 'content-range': `bytes */${size}` };
    const fields = { RangeRequested: header!, ActualObjectSize: String(size) };
    throw new S3Fault('InvalidRange', 'The requested range is not satisfiable', 416, { headers, fields });
  }
  return { start, end };
}
