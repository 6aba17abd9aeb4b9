import { Buffer } from 'node:buffer';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Fault } from '../service.ts';
import { decodeAwsChunked } from './aws-chunked.ts';
import {
  CHECKSUM_ALGORITHMS,
  CHECKSUM_LENGTH,
  type ChecksumAlgorithm,
  checksumName,
  DEFAULT_CHECKSUM,
  parseChecksumAlgorithm,
  type RunningChecksum,
  startChecksum,
} from './checksums.ts';
import type { S3Call } from './s3-call.ts';
import { invalidRequest, notImplemented } from './s3-fault.ts';
import { type Bucket, blobFile, newBlob, removeBlob } from './store.ts';

/** The largest body of one request, 5 GiB. */
const LARGEST_BODY = 5 * 2 ** 30;

/** What is known of bytes once all have passed. */
export interface Measured {
  size: number;
  /** Hex. */
  md5: string;
  /** Base64. */
  checksum?: { algorithm: ChecksumAlgorithm; value: string };
}

/** Bytes that are measured while they pass; `finish` is for when they all have, and throws when they are not as sent. */
export interface MeasuredStream {
  bytes: AsyncIterable<Buffer>;
  finish(): Promise<Measured>;
}

/**
 * A request's body, its framing removed. `finish` compares it with everything the client said of it: length, SHA-256,
 * Content-MD5, checksum in a header or a trailer. With `algorithm`, as for parts, it is that checksum or refused.
 */
export function openBody(call: S3Call, algorithm?: ChecksumAlgorithm): MeasuredStream {
  const length = bodyLength(call);
  const trailers = new Map<string, string>();
  const claimed = claimedChecksum(call.headers) ?? (algorithm && { algorithm });
  if (algorithm && claimed?.algorithm !== algorithm) {
    const message = 'Checksum Type mismatch occurred, expected checksum Type:';
    throw invalidRequest(`${message} ${algorithm}, actual checksum Type: ${claimed?.algorithm}`);
  }
  const sha256 = /^[0-9a-f]{64}$/.test(call.payloadHash) ? startChecksum('sha256') : undefined;
  const stream = measure(unframed(call, trailers), claimed?.algorithm, sha256);
  return {
    bytes: stream.bytes,
    async finish() {
      const measured = await stream.finish();
      if (measured.size !== length) {
        throw new Fault('IncompleteBody', `The request announces ${length} bytes and brings ${measured.size}.`);
      }
      if (sha256 && (await sha256.digest()).toString('hex') !== call.payloadHash) {
        const message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
        throw new Fault('XAmzContentSHA256Mismatch', message);
      }
      checkMd5(call.headers['content-md5'], measured.md5);
      if (measured.checksum) checkChecksum(measured.checksum, claimed, trailers);
      return measured;
    },
  };
}

/** The body that becomes an object: it has a checksum in any case, S3's own choice where the client names none. */
export function openObject(call: S3Call): MeasuredStream {
  return openBody(call, claimedChecksum(call.headers) ? undefined : DEFAULT_CHECKSUM);
}

/** Measures any bytes; `also` sees them too. */
export function measure(
  source: AsyncIterable<Buffer>,
  algorithm?: ChecksumAlgorithm,
  also?: RunningChecksum,
): MeasuredStream {
  const md5 = startChecksum('md5');
  const checksum = algorithm && startChecksum(algorithm);
  let size = 0;
  async function* bytes(): AsyncGenerator<Buffer> {
    for await (const piece of source) {
      size += piece.length;
      md5.update(piece);
      checksum?.update(piece);
      also?.update(piece);
      yield piece;
    }
  }
  return {
    bytes: bytes(),
    async finish() {
      const measured: Measured = { size, md5: (await md5.digest()).toString('hex') };
      if (!checksum || !algorithm) return measured;
      return { ...measured, checksum: { algorithm, value: (await checksum.digest()).toString('base64') } };
    },
  };
}

/** Writes a stream into a new blob of a bucket; nothing stays behind when that fails, or the bytes are not as sent. */
export async function writeBlob(bucket: Bucket, stream: MeasuredStream): Promise<Measured & { blob: string }> {
  const blob = newBlob();
  try {
    const file = createWriteStream(blobFile(bucket, blob), { flags: 'wx', highWaterMark: 2 ** 20 });
    await pipeline(stream.bytes, file);
    return { blob, ...(await stream.finish()) };
  } catch (error) {
    removeBlob(bucket, blob);
    throw error;
  }
}

/** A whole body as text, for documents of at most `limit` bytes. */
export async function readText(call: S3Call, limit: number): Promise<{ text: string; measured: Measured }> {
  if (bodyLength(call) > limit) throw new Fault('MaxMessageLengthExceeded', 'Your request was too big.');
  const stream = openBody(call);
  const pieces: Buffer[] = [];
  for await (const piece of stream.bytes) pieces.push(piece);
  return { measured: await stream.finish(), text: Buffer.concat(pieces).toString() };
}

function bodyLength({ headers, payloadHash }: S3Call): number {
  const framed = payloadHash.startsWith('STREAMING-');
  const announced = headers[framed ? 'x-amz-decoded-content-length' : 'content-length'];
  if (announced === undefined || !/^\d+$/.test(announced)) {
    const message = `You must provide the ${framed ? 'x-amz-decoded-content-length' : 'Content-Length'} HTTP header.`;
    throw new Fault('MissingContentLength', message, 411);
  }
  if (Number(announced) > LARGEST_BODY) {
    throw new Fault('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size, 5 GiB in one request.');
  }
  return Number(announced);
}

function unframed(
  { body, payloadHash, chunkSignatures }: S3Call,
  trailers: Map<string, string>,
): AsyncIterable<Buffer> {
  switch (payloadHash) {
    case 'STREAMING-UNSIGNED-PAYLOAD-TRAILER':
      return decodeAwsChunked(body, { trailers });
    case 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD':
    case 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER':
      return decodeAwsChunked(body, { trailers, signatures: chunkSignatures });
    default:
      if (payloadHash === 'UNSIGNED-PAYLOAD' || /^[0-9a-f]{64}$/.test(payloadHash)) return body;
      throw notImplemented(`the payload ${payloadHash}`);
  }
}

interface ClaimedChecksum {
  algorithm: ChecksumAlgorithm;
  /** Base64; absent when it comes in the trailer, or when the client leaves the computing to S3. */
  value?: string;
  /** The trailer that must hold it. */
  trailer?: string;
}

function claimedChecksum(headers: Record<string, string>): ClaimedChecksum | undefined {
  const sent = CHECKSUM_ALGORITHMS.filter(algorithm => headers[`x-amz-checksum-${algorithm}`] !== undefined);
  if (sent.length > 1) throw invalidRequest('Expecting a single x-amz-checksum- header, not several.');
  if (sent[0]) return { algorithm: sent[0], value: headers[`x-amz-checksum-${sent[0]}`]! };
  const trailer = headers['x-amz-trailer']?.trim().toLowerCase();
  if (trailer) {
    const algorithm = parseChecksumAlgorithm(trailer.replace(/^x-amz-checksum-/, ''));
    if (!algorithm) throw invalidRequest(`The value ${trailer} of the x-amz-trailer header is not supported.`);
    return { algorithm, trailer };
  }
  const named = headers['x-amz-sdk-checksum-algorithm'];
  const algorithm = named === undefined ? undefined : parseChecksumAlgorithm(named);
  return algorithm && { algorithm };
}

function checkChecksum(
  actual: { algorithm: ChecksumAlgorithm; value: string },
  claimed: ClaimedChecksum | undefined,
  trailers: Map<string, string>,
): void {
  const value = claimed?.trailer ? trailers.get(claimed.trailer) : claimed?.value;
  if (value === undefined) {
    if (claimed?.trailer) throw new Fault('MalformedTrailerError', `The trailer ${claimed.trailer} did not arrive.`);
    return;
  }
  if (Buffer.from(value, 'base64').length !== CHECKSUM_LENGTH[actual.algorithm]) {
    throw invalidRequest(`Value for x-amz-checksum-${actual.algorithm} header is invalid.`);
  }
  if (value !== actual.value) {
    const name = checksumName(actual.algorithm);
    throw new Fault('BadDigest', `The ${name} you specified did not match the calculated checksum.`);
  }
}

function checkMd5(claimed: string | undefined, actual: string): void {
  if (claimed === undefined) return;
  const bytes = Buffer.from(claimed, 'base64');
  if (bytes.length !== 16) throw new Fault('InvalidDigest', 'The Content-MD5 you specified is not valid.');
  if (bytes.toString('hex') !== actual) {
    throw new Fault('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
}
