import { Buffer } from 'node:buffer';
import { expect, it } from 'vitest';
import { CHECKSUM_LENGTH, checksumOf, parseChecksumAlgorithm, startChecksum } from './checksums.ts';

// The values that the algorithms' own definitions give for these nine digits.
it.each([
  ['crc32', 'cbf43926'],
  ['crc32c', 'e3069283'],
  ['crc64nvme', 'ae8b14860a799888'],
  ['sha1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
  ['sha256', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
] as const)('%s of 123456789 is %s, in one piece or in two', async (algorithm, expected) => {
  expect((await checksumOf(algorithm, Buffer.from('123456789'))).toString('hex')).toBe(expected);
  const running = startChecksum(algorithm);
  running.update(Buffer.from('1234'));
  running.update(Buffer.from('56789'));
  const digest = await running.digest();
  expect(digest.toString('hex')).toBe(expected);
  expect(digest).toHaveLength(CHECKSUM_LENGTH[algorithm]);
});

it('reads names as clients write them', () => {
  expect(parseChecksumAlgorithm('CRC64NVME')).toBe('crc64nvme');
  expect(parseChecksumAlgorithm('md5')).toBeUndefined();
});
