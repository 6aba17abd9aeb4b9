import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { ChunkSignatures } from '../endpoint/signature.ts';
import { Fault } from '../service.ts';

/** A line of the framing is a size, a signature or a checksum; nothing legitimate comes near this length. */
const LONGEST_LINE = 8192;

export interface ChunkedOptions {
  /** Set when each chunk carries a signature. */
  signatures?: ChunkSignatures;
  /** Receives what follows the last chunk: checksums, by name in lower case. */
  trailers: Map<string, string>;
}

/**
 * Takes S3's own `aws-chunked` framing off a body: `SIZE[;chunk-signature=HEX]\r\nBYTES\r\n` ..., a chunk of size 0,
 * and perhaps trailers. Gives the bytes as they come. Throws IncompleteBody, InvalidChunk or SignatureDoesNotMatch.
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  options: ChunkedOptions,
): AsyncGenerator<Buffer> {
  const { signatures, trailers } = options;
  const input = new ByteReader(source);
  let size: number;
  do {
    const header = /^([0-9a-f]{1,10})(?:;chunk-signature=([0-9a-f]{64}))?$/i.exec(await input.line());
    if (!header) throw invalid('a chunk does not begin with its size');
    if (signatures && !header[2]) throw invalid('a chunk has no signature');
    size = Number.parseInt(header[1]!, 16);
    const hash = createHash('sha256');
    for (let missing = size; missing > 0; ) {
      const piece = await input.some(missing);
      missing -= piece.length;
      if (signatures) hash.update(piece);
      yield piece;
    }
    if (size > 0 && (await input.line()) !== '') throw invalid('a chunk is longer than it says');
    if (signatures && !(await signatures.chunk(header[2]!, hash.digest('hex')))) throw mismatch();
  } while (size > 0);
  await readTrailers(input, trailers, signatures);
}

const TRAILER_SIGNATURE = 'x-amz-trailer-signature';

async function readTrailers(input: ByteReader, trailers: Map<string, string>, signatures?: ChunkSignatures) {
  for (let line = await input.line(); line !== ''; line = await input.line()) {
    const colon = line.indexOf(':');
    if (colon < 1) throw invalid('a trailer is not of the form name:value');
    trailers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  const signature = trailers.get(TRAILER_SIGNATURE);
  trailers.delete(TRAILER_SIGNATURE);
  if (!signatures || trailers.size === 0) return;
  const lines = [...trailers].map(([name, value]) => `${name}:${value}\n`);
  const hash = createHash('sha256').update(lines.join('')).digest('hex');
  if (!signature || !(await signatures.trailer(signature, hash))) throw mismatch();
}

/** Gives a stream of buffers out by lines and by numbers of bytes, holding one buffer at a time. */
class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next line without its CRLF. */
  async line(): Promise<string> {
    let line = this.#rest;
    let end = line.indexOf('\r\n');
    while (end < 0) {
      if (line.length > LONGEST_LINE) throw invalid('a line is too long');
      line = Buffer.concat([line, await this.#next()]);
      end = line.indexOf('\r\n');
    }
    this.#rest = line.subarray(end + 2);
    return line.toString('latin1', 0, end);
  }

  /** At least one byte and at most `limit`. */
  async some(limit: number): Promise<Buffer> {
    if (this.#rest.length === 0) this.#rest = await this.#next();
    const piece = this.#rest.subarray(0, limit);
    this.#rest = this.#rest.subarray(piece.length);
    return piece;
  }

  async #next(): Promise<Buffer> {
    const { value, done } = await this.#source.next();
    if (!done) return value;
    throw new Fault('IncompleteBody', 'You did not provide the number of bytes specified by the chunks of the body.');
  }
}

function invalid(why: string): Fault {
  return new Fault('InvalidChunk', `The aws-chunked body cannot be read: ${why}.`);
}

function mismatch(): Fault {
  const message =
    'The request signature we calculated does not match the signature you provided: a chunk of the body differs.';
  return new Fault('SignatureDoesNotMatch', message, 403);
}
