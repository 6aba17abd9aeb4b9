import { createHash, createHmac } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type RunningEndpoint, runEndpoint } from '../endpoint/running-endpoint.ts';
import { presignS3, type RawRequest, send, signS3 } from '../endpoint/signed-request.ts';
import { BUCKET } from '../state.ts';

let endpoint: RunningEndpoint;
beforeAll(async () => {
  endpoint = await runEndpoint();
});
afterAll(() => endpoint.remove());

const PATH = `/${BUCKET}/body`;
const put = (more: Partial<RawRequest> = {}): RawRequest => ({ method: 'PUT', path: PATH, body: 'hello', ...more });
const read = async () => (await send(endpoint, await signS3(endpoint, { method: 'GET', path: PATH }))).body;
const codeOf = (body: string) => /<Code>(.*)<\/Code>/.exec(body)?.[1];

/** Sends a request, perhaps changed after it was signed; the code of the refusal, or undefined. */
async function refusal(signed: RawRequest, change: Partial<RawRequest> = {}): Promise<string | undefined> {
  return codeOf((await send(endpoint, { ...signed, ...change })).body);
}

beforeEach(async () => {
  expect((await send(endpoint, await signS3(endpoint, put({ body: 'before' })))).status).toBe(200);
});

describe('a request that was changed after it was signed is refused', () => {
  const unchanged = async () => expect(await read()).toBe('before');

  it.each([
    ['method', { method: 'POST' }],
    ['path', { path: `${PATH}x` }],
    ['query', { query: { a: 'b' } }],
  ] as [string, Partial<RawRequest>][])('in its %s', async (_part, change) => {
    expect(await refusal(await signS3(endpoint, put()), change)).toBe('SignatureDoesNotMatch');
    await unchanged();
  });

  it('in a header', async () => {
    const signed = await signS3(endpoint, put({ headers: { 'x-amz-meta-a': 'b' } }));
    const headers = { ...signed.headers, 'x-amz-meta-a': 'c' };
    expect(await refusal(signed, { headers })).toBe('SignatureDoesNotMatch');
    expect(await refusal(signed, { headers: { ...signed.headers, 'x-amz-tagging': 'a=b' } })).toBe('AccessDenied');
    await unchanged();
  });

  it('in its body', async () => {
    expect(await refusal(await signS3(endpoint, put()), { body: 'hellp' })).toBe('XAmzContentSHA256Mismatch');
    await unchanged();
  });

  it('in a presigned query', async () => {
    const signed = await presignS3(endpoint, put({ query: { 'x-amz-meta-a': 'b' } }));
    expect(await refusal(signed, { query: { ...signed.query, 'x-amz-meta-a': 'c' } })).toBe('SignatureDoesNotMatch');
    expect(await refusal(signed, { path: `${PATH}x` })).toBe('SignatureDoesNotMatch');
    await unchanged();
    expect(await refusal(signed)).toBeUndefined();
    expect(await read()).toBe('hello');
  });
});

describe('a presigned request', () => {
  it('is valid until it expires', async () => {
    const signed = await presignS3(
      endpoint,
      { method: 'GET', path: PATH, query: { 'response-content-type': 'a/b' } },
      60,
    );
    const answer = await send(endpoint, signed);
    expect([answer.body, answer.headers['content-type']]).toEqual(['before', 'a/b']);
    vi.useFakeTimers({ now: Date.now() + 61_000, toFake: ['Date'] });
    try {
      const late = await send(endpoint, signed);
      expect([late.status, codeOf(late.body)]).toEqual([403, 'AccessDenied']);
      expect(late.body).toContain('Request has expired');
    } finally {
      vi.useRealTimers();
    }
  });

  it('may say in its query what would be a header, checksums included', async () => {
    const wrong = await presignS3(endpoint, put({ query: { 'x-amz-checksum-crc32': 'AAAAAA==' } }));
    expect(await refusal(wrong)).toBe('BadDigest');
    const right = await presignS3(endpoint, put({ query: { 'x-amz-checksum-crc32': 'NhCmhg==' } }));
    expect(await refusal(right)).toBeUndefined();
  });
});

describe('a body in signed chunks', () => {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

  /** The chunks of a text, signed after the request; by the rules of AWS's documentation, without any library. */
  function chunked(signed: RawRequest, chunks: string[], trailer?: [name: string, value: string]): string {
    const date = signed.headers!['x-amz-date']!;
    const day = date.slice(0, 8);
    const key = ['us-east-1', 's3', 'aws4_request'].reduce(
      hmac,
      hmac(`AWS4${endpoint.credentials.secretAccessKey}`, day),
    );
    let previous = /Signature=(.*)/.exec(signed.headers!.authorization!)![1]!;
    const sign = (kind: string, ...hashes: string[]) => {
      const scope = `${day}/us-east-1/s3/aws4_request`;
      previous = hmac(key, [`AWS4-HMAC-SHA256-${kind}`, date, scope, previous, ...hashes].join('\n')).toString('hex');
      return previous;
    };
    const framed = [...chunks, ''].map(chunk => {
      const signature = sign('PAYLOAD', sha256(''), sha256(chunk));
      return `${chunk.length.toString(16)};chunk-signature=${signature}\r\n${chunk}${chunk ? '\r\n' : ''}`;
    });
    if (!trailer) return `${framed.join('')}\r\n`;
    const line = trailer.join(':');
    return `${framed.join('')}${line}\r\nx-amz-trailer-signature:${sign('TRAILER', sha256(`${line}\n`))}\r\n\r\n`;
  }

  async function signedPut(trailer: boolean): Promise<RawRequest> {
    const headers: Record<string, string> = {
      'x-amz-content-sha256': `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${trailer ? '-TRAILER' : ''}`,
      'x-amz-decoded-content-length': '11',
      'content-encoding': 'aws-chunked',
    };
    if (trailer) headers['x-amz-trailer'] = 'x-amz-checksum-crc32';
    return signS3(endpoint, put({ headers }));
  }

  const text = ['hello ', 'world'];

  it('is taken when each signature is right', async () => {
    const signed = await signedPut(false);
    const answer = await send(endpoint, { ...signed, body: chunked(signed, text) });
    expect(answer.status).toBe(200);
    const object = await send(endpoint, await signS3(endpoint, { method: 'GET', path: PATH }));
    expect([object.body, object.headers['content-encoding']]).toEqual(['hello world', undefined]);
  });

  it('is taken with a checksum behind it, if that is right and signed', async () => {
    const signed = await signedPut(true);
    expect(
      await refusal(signed, { body: chunked(signed, text, ['x-amz-checksum-crc32', 'DUoRhQ==']) }),
    ).toBeUndefined();
    expect(await refusal(signed, { body: chunked(signed, text, ['x-amz-checksum-crc32', 'DUoRhA==']) })).toBe(
      'BadDigest',
    );
  });

  it('is refused for any one character flipped', async () => {
    const signed = await signedPut(true);
    const body = chunked(signed, text, ['x-amz-checksum-crc32', 'DUoRhQ==']);
    for (let at = 0; at < body.length; at++) {
      if (body[at] === '\r' || body[at] === '\n') continue;
      const flipped = `${body.slice(0, at)}${body[at] === 'd' ? 'e' : 'd'}${body.slice(at + 1)}`;
      expect(await refusal(signed, { body: flipped }), flipped).toBeDefined();
    }
    expect(await read()).toBe('before');
  });

  it('is refused when a chunk is left out', async () => {
    const signed = await signedPut(false);
    const chunks = chunked(signed, text).split(/(?<=hello \r\n|world\r\n)/);
    expect(await refusal(signed, { body: chunks[0]! + chunks[2]! })).toBe('SignatureDoesNotMatch');
  });
});

describe('a body must be', () => {
  const streaming = (length: string) => ({
    'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'x-amz-decoded-content-length': length,
    'x-amz-trailer': 'x-amz-checksum-crc32',
  });

  it('as long as announced', async () => {
    const body = '5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n';
    expect(await refusal(await signS3(endpoint, put({ body, headers: streaming('5') })))).toBeUndefined();
    expect(await refusal(await signS3(endpoint, put({ body, headers: streaming('6') })))).toBe('IncompleteBody');
  });

  it('followed by the trailer that was announced', async () => {
    const body = '5\r\nhello\r\n0\r\n\r\n';
    expect(await refusal(await signS3(endpoint, put({ body, headers: streaming('5') })))).toBe('MalformedTrailerError');
  });

  it('of a known length and of at most 5 GiB', async () => {
    const unsized = await signS3(endpoint, put());
    expect(await refusal(unsized, { headers: { ...unsized.headers, 'transfer-encoding': 'chunked' } })).toBe(
      'MissingContentLength',
    );
    expect(await refusal(await signS3(endpoint, put({ headers: streaming('5368709121') })))).toBe('EntityTooLarge');
  });

  it('vouched for in a way that is known', async () => {
    const headers = { ...streaming('5'), 'x-amz-content-sha256': 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD' };
    expect(await refusal(await signS3(endpoint, put({ headers })))).toBe('NotImplemented');
    const signed = await signS3(endpoint, put());
    const { 'x-amz-content-sha256': _left, ...without } = signed.headers!;
    expect(await refusal(signed, { headers: without })).toBe('InvalidRequest');
  });
});

it('leaves nothing behind when the client goes away in the middle', async () => {
  const blobs = () => readdirSync(join(endpoint.folder, 's3', BUCKET, 'data')).length;
  const before = blobs();
  const headers = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
  const signed = await signS3(endpoint, put({ headers }));
  const socket = connect(endpoint.port, '127.0.0.1');
  const lines = Object.entries({ ...signed.headers, 'content-length': '1000000' }).map(([n, v]) => `${n}: ${v}`);
  socket.write(`PUT ${PATH} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${'x'.repeat(1000)}`);
  await vi.waitFor(() => expect(blobs()).toBe(before + 1));
  socket.destroy();
  await vi.waitFor(() => expect(blobs()).toBe(before));
  expect(await read()).toBe('before');
});

it('is redirected when its region’s own host is not the bucket’s', async () => {
  const raw: RawRequest = { method: 'GET', path: PATH, region: 'eu-west-1' };
  const answer = await send(endpoint, await signS3(endpoint, { ...raw, host: 's3.eu-west-1.amazonaws.com' }));
  expect([answer.status, codeOf(answer.body)]).toEqual([301, 'PermanentRedirect']);
  expect(answer.headers['x-amz-bucket-region']).toBe('us-east-1');
  const global = await send(endpoint, await signS3(endpoint, { ...raw, host: 's3.amazonaws.com' }));
  expect([global.status, codeOf(global.body)]).toEqual([400, 'AuthorizationHeaderMalformed']);
});
