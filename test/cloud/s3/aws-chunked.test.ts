import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { chunkSignatures } from '../endpoint/signature.ts';
import { decodeAwsChunked } from './aws-chunked.ts';

// AWS's documented example of a body with signed chunks: 66560 times the letter a, in chunks of 64 KiB.
const KEY = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const CLAIM = {
  accessKeyId: KEY.accessKeyId,
  date: '20130524T000000Z',
  region: 'us-east-1',
  service: 's3',
  signedHeaders: ['host'],
  signature: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
};
const DOCUMENTED = [
  `10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n${'a'.repeat(65536)}\r\n`,
  `400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n${'a'.repeat(1024)}\r\n`,
  '0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n',
].join('');

/** Decodes a body that arrives in pieces of a size. */
async function decode(body: string, options: { signed?: boolean; pieceSize?: number } = {}) {
  const { signed = false, pieceSize = 1000 } = options;
  async function* source() {
    const bytes = Buffer.from(body, 'latin1');
    for (let at = 0; at < bytes.length; at += pieceSize) yield bytes.subarray(at, at + pieceSize);
  }
  const trailers = new Map<string, string>();
  const pieces: Buffer[] = [];
  const signatures = signed ? { signatures: chunkSignatures(CLAIM, KEY) } : {};
  for await (const piece of decodeAwsChunked(source(), { trailers, ...signatures })) pieces.push(piece);
  return { text: Buffer.concat(pieces).toString('latin1'), trailers: Object.fromEntries(trailers) };
}

describe('signed chunks', () => {
  it('are those of the documented example', async () => {
    expect((await decode(DOCUMENTED, { signed: true })).text).toBe('a'.repeat(66560));
  });

  it.each([
    ['in the first chunk', 100],
    ['in the second chunk', 65536 + 200],
    ['in the first signature', 30],
    ['in the last signature', DOCUMENTED.length - 10],
  ])('are refused for one character flipped %s', async (_where, at) => {
    const flipped = `${DOCUMENTED.slice(0, at)}${DOCUMENTED[at] === 'b' ? 'c' : 'b'}${DOCUMENTED.slice(at + 1)}`;
    await expect(decode(flipped, { signed: true })).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' });
  });

  it('are refused in another order, or without a signature', async () => {
    const [first = '', second = '', last = ''] = DOCUMENTED.split(/(?<=a\r\n)/);
    await expect(decode(second + first + last, { signed: true })).rejects.toMatchObject({
      code: 'SignatureDoesNotMatch',
    });
    await expect(decode('1\r\na\r\n0\r\n\r\n', { signed: true })).rejects.toMatchObject({ code: 'InvalidChunk' });
  });
});

describe('unsigned chunks', () => {
  const body = '3\r\nabc\r\nA\r\n\r\n0123\r\n67\r\n0\r\nx-amz-checksum-crc32: AAAAAA==\r\n\r\n';

  it.each([1, 2, 3, 7, 1000])('come out whole when they arrive %s bytes at a time', async pieceSize => {
    expect(await decode(body, { pieceSize })).toEqual({
      text: 'abc\r\n0123\r\n67',
      trailers: { 'x-amz-checksum-crc32': 'AAAAAA==' },
    });
  });

  it.each([
    ['a body that ends too early', '5\r\nabc', 'IncompleteBody'],
    ['a body without its end', '3\r\nabc\r\n', 'IncompleteBody'],
    ['a chunk that is longer than it says', '2\r\nabc\r\n0\r\n\r\n', 'InvalidChunk'],
    ['a size that is no number', 'x\r\nabc\r\n0\r\n\r\n', 'InvalidChunk'],
    ['a trailer without a value', '0\r\nnonsense\r\n\r\n', 'InvalidChunk'],
    ['a line without an end', 'f'.repeat(100_000), 'InvalidChunk'],
  ])('are refused for %s', async (_what, text, code) => {
    await expect(decode(text)).rejects.toMatchObject({ code });
  });
});
