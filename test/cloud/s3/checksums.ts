import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Crc32c, Crc64Nvme } from '@aws-sdk/checksums/crc';

/** The checksums S3 knows, as its headers spell them: `x-amz-checksum-crc32`. */
export const CHECKSUM_ALGORITHMS = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const;
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

/** The one that S3 computes of an object for which the client names none. */
export const DEFAULT_CHECKSUM: ChecksumAlgorithm = 'crc64nvme';

export interface RunningChecksum {
  update(bytes: Uint8Array): void;
  /** Ends it. */
  digest(): Promise<Buffer>;
}

/** The length of a checksum in bytes. */
export const CHECKSUM_LENGTH: Record<ChecksumAlgorithm, number> = {
  crc32: 4,
  crc32c: 4,
  crc64nvme: 8,
  sha1: 20,
  sha256: 32,
};

/** The name in the words of S3's XML: `CRC32`, and as an element `ChecksumCRC32`. */
export function checksumName(algorithm: ChecksumAlgorithm): string {
  return algorithm.toUpperCase();
}

/** Reads `CRC32`, `sha256`; undefined for anything else. */
export function parseChecksumAlgorithm(name: string): ChecksumAlgorithm | undefined {
  return CHECKSUM_ALGORITHMS.find(algorithm => algorithm === name.toLowerCase());
}

export function startChecksum(algorithm: ChecksumAlgorithm | 'md5'): RunningChecksum {
  if (algorithm === 'crc32') return startCrc32();
  if (algorithm === 'crc32c' || algorithm === 'crc64nvme') {
    const crc = algorithm === 'crc32c' ? new Crc32c() : new Crc64Nvme();
    return { update: bytes => void crc.update(bytes), digest: async () => Buffer.from(await crc.digest()) };
  }
  const hash = createHash(algorithm);
  return { update: bytes => void hash.update(bytes), digest: async () => hash.digest() };
}

/** The checksum of bytes that are all at hand. */
export async function checksumOf(algorithm: ChecksumAlgorithm | 'md5', bytes: Uint8Array): Promise<Buffer> {
  const checksum = startChecksum(algorithm);
  checksum.update(bytes);
  return checksum.digest();
}

function startCrc32(): RunningChecksum {
  let value = 0;
  return {
    update: bytes => {
      value = crc32(bytes, value);
    },
    digest: async () => {
      const digest = Buffer.alloc(4);
      digest.writeUInt32BE(value);
      return digest;
    },
  };
}
