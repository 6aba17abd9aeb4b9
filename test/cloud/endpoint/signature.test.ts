import { Readable } from 'node:stream';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, it } from 'vitest';
import type { HttpRequest } from './http-request.ts';
import { MalformedSignature, readClaim, signatureMatches } from './signature.ts';

// The examples of AWS's own documentation of Signature Version 4 for S3.
const KEY = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

function request(path: string, headers: Record<string, string>, method = 'GET'): HttpRequest {
  const [plain = '', query = ''] = path.split('?');
  return { method, path: plain, query: new URLSearchParams(query), headers, secure: true, body: Readable.from([]) };
}

async function isRight(subject: HttpRequest, payloadHash: string): Promise<boolean> {
  const claim = readClaim(subject);
  return claim !== undefined && (await signatureMatches(subject, claim, KEY, payloadHash));
}

const documented = () =>
  request('/test.txt', {
    host: 'examplebucket.s3.amazonaws.com',
    range: 'bytes=0-9',
    'x-amz-content-sha256': EMPTY,
    'x-amz-date': '20130524T000000Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  });

describe('a signature in the header', () => {
  it('is right for the documented example', async () => {
    expect(await isRight(documented(), EMPTY)).toBe(true);
  });

  it.each([
    ['the method', (r: HttpRequest) => ({ ...r, method: 'PUT' })],
    ['the path', (r: HttpRequest) => ({ ...r, path: '/test.txu' })],
    ['the query', (r: HttpRequest) => ({ ...r, query: new URLSearchParams('a') })],
    ['a header', (r: HttpRequest) => ({ ...r, headers: { ...r.headers, range: 'bytes=0-8' } })],
    ['the host', (r: HttpRequest) => ({ ...r, headers: { ...r.headers, host: 'examplebucket.s3.amazonaws.con' } })],
    ['the time', (r: HttpRequest) => ({ ...r, headers: { ...r.headers, 'x-amz-date': '20130524T000001Z' } })],
  ])('is wrong when %s differs by one character', async (_what, change) => {
    expect(await isRight(change(documented()), EMPTY)).toBe(false);
  });

  it('is wrong for another payload', async () => {
    expect(await isRight(documented(), EMPTY.replace('e', 'f'))).toBe(false);
  });

  it('is wrong for any one character flipped in the Authorization header', async () => {
    const { headers } = documented();
    const authorization = headers.authorization!;
    for (let at = 0; at < authorization.length; at++) {
      const flipped = `${authorization.slice(0, at)}${authorization[at] === 'x' ? 'y' : 'x'}${authorization.slice(at + 1)}`;
      const verdict = await isRight(request('/test.txt', { ...headers, authorization: flipped }), EMPTY).catch(
        error => {
          expect(error).toBeInstanceOf(MalformedSignature);
          return false;
        },
      );
      // The name of the key is not signed: it says which secret to take, and a wrong one finds none, or another's.
      const inKeyName = at >= authorization.indexOf('AKIA') && at < authorization.indexOf('/2013');
      expect(verdict, flipped).toBe(inKeyName);
    }
  });
});

describe('a signature in the query', () => {
  const presigned = () =>
    request(
      '/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
      { host: 'examplebucket.s3.amazonaws.com' },
    );

  it('is right for the documented example', async () => {
    expect(await isRight(presigned(), 'UNSIGNED-PAYLOAD')).toBe(true);
    expect(readClaim(presigned())?.expiresIn).toBe(86400);
  });

  it.each([
    'X-Amz-Date=20130524T000001Z',
    'X-Amz-Expires=86401',
    'response-expires=1',
    'X-Amz-SignedHeaders=host;range',
  ])('is wrong with %s', async change => {
    const subject = presigned();
    const [name = '', value = ''] = change.split('=');
    subject.query.set(name, value);
    expect(await isRight(subject, 'UNSIGNED-PAYLOAD')).toBe(false);
  });

  it('may be valid for a week and no longer', () => {
    const subject = presigned();
    subject.query.set('X-Amz-Expires', '604801');
    expect(() => readClaim(subject)).toThrow('X-Amz-Expires');
  });
});

describe('the path', () => {
  const signer = (service: string) =>
    new SignatureV4({
      service,
      region: 'us-east-1',
      credentials: KEY,
      sha256: Sha256,
      uriEscapePath: service !== 's3',
    });
  const signed = async (service: string, path: string) => {
    const { headers } = await signer(service).sign(
      { method: 'GET', protocol: 'https:', hostname: 'h', path, query: {}, headers: { host: 'h' } },
      { signingDate: new Date() },
    );
    return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  };

  it.each(['/b/a%20b', '/b//a/../%C3%BC', '/b/%2B%3D%27%28%29', '/b/~._-'])('of S3 counts as it is: %s', async path => {
    expect(await isRight(request(path, await signed('s3', path)), EMPTY)).toBe(true);
  });

  it('of S3 may be escaped otherwise than it was signed', async () => {
    const headers = await signed('s3', '/b/%28a%27b%29');
    expect(await isRight(request("/b/(a'b)", headers), EMPTY)).toBe(true);
    expect(await isRight(request("/b/(a'c)", headers), EMPTY)).toBe(false);
  });

  it('of other services is escaped twice', async () => {
    const headers = await signed('iam', '/a%20b');
    expect(await isRight(request('/a%20b', headers), EMPTY)).toBe(true);
    expect(await isRight(request('/a%20c', headers), EMPTY)).toBe(false);
  });
});

it('is absent from a request that claims none', () => {
  expect(readClaim(request('/', { host: 'h' }))).toBeUndefined();
});

it.each([
  ['another algorithm', 'AWS AKIA:sig', 'not supported'],
  ['a short credential', 'AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=x', 'Credential'],
  ['an unsigned host', 'AWS4-HMAC-SHA256 Credential=a/20130524/r/s/aws4_request, SignedHeaders=x, Signature=x', 'Host'],
  [
    'another day',
    'AWS4-HMAC-SHA256 Credential=a/20130525/r/s/aws4_request, SignedHeaders=host, Signature=x',
    '20130525',
  ],
])('cannot be read with %s', (_what, authorization, why) => {
  const subject = request('/', { host: 'h', 'x-amz-date': '20130524T000000Z', authorization });
  expect(() => readClaim(subject)).toThrow(why);
});
