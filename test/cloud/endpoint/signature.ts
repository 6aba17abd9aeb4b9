import { Buffer } from 'node:buffer';
import { createHash, timingSafeEqual } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { getCanonicalHeaders, SignatureV4 } from '@smithy/signature-v4';
import type { Credentials } from './credentials.ts';
import type { HttpRequest } from './http-request.ts';

const ALGORITHM = 'AWS4-HMAC-SHA256';
const EMPTY_SHA256 = createHash('sha256').digest('hex');

/** What a request says about its own signature, in the Authorization header or (presigned) in the query. */
export interface SignatureClaim {
  accessKeyId: string;
  /** `20261123T010956Z`. */
  date: string;
  region: string;
  service: string;
  signedHeaders: string[];
  signature: string;
  sessionToken?: string;
  /** Presigned only: how long it is valid, in seconds after `date`. */
  expiresIn?: number;
}

/** The claim cannot be read. The message is for the caller; the code of the fault depends on the protocol. */
export class MalformedSignature extends Error {}

/** Reads the claim of a request; undefined when it is not signed at all. Throws MalformedSignature. */
export function readClaim(request: HttpRequest): SignatureClaim | undefined {
  const { authorization } = request.headers;
  if (authorization !== undefined) return claimOfHeader(authorization, request.headers);
  if (request.query.has('X-Amz-Signature')) return claimOfQuery(request.query);
  if (request.query.has('AWSAccessKeyId')) throw unsupported();
  return undefined;
}

/** The moment of a claim in milliseconds. */
export function claimTime({ date }: SignatureClaim): number {
  return Date.parse(date.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'));
}

/** True when the claim's signature is what the secret gives for this request and this hash of its payload. */
export async function signatureMatches(
  request: HttpRequest,
  claim: SignatureClaim,
  key: Credentials,
  payloadHash: string,
): Promise<boolean> {
  const expected = await new Recomputation(claim, key).ofRequest(request, payloadHash);
  return equal(expected, claim.signature);
}

/** Checks the signatures inside an `aws-chunked` body, each of which covers the one before it. */
export interface ChunkSignatures {
  /** True when `signature` is right for the next chunk, given its SHA-256 in hex. */
  chunk(signature: string, sha256: string): Promise<boolean>;
  /** The same for the trailer, whose hash is over `name:value\n` lines. */
  trailer(signature: string, sha256: string): Promise<boolean>;
}

/** The chain of chunk signatures that starts at a request's own. */
export function chunkSignatures(claim: SignatureClaim, key: Credentials): ChunkSignatures {
  const recomputation = new Recomputation(claim, key);
  let previous = claim.signature;
  const check = async (signature: string, kind: string, hashes: string[]) => {
    const expected = await recomputation.ofText([
      `${ALGORITHM}-${kind}`,
      claim.date,
      scopeOf(claim),
      previous,
      ...hashes,
    ]);
    previous = signature;
    return equal(expected, signature);
  };
  return {
    chunk: (signature, sha256) => check(signature, 'PAYLOAD', [EMPTY_SHA256, sha256]),
    trailer: (signature, sha256) => check(signature, 'TRAILER', [sha256]),
  };
}

/** The library only signs; a check needs its steps one by one, with the client's choice of headers and its date. */
class Recomputation extends SignatureV4 {
  readonly #claim: SignatureClaim;

  constructor(claim: SignatureClaim, credentials: Credentials) {
    const { service, region } = claim;
    super({ service, region, credentials, sha256: Sha256, uriEscapePath: service !== 's3', applyChecksum: false });
    this.#claim = claim;
  }

  async ofRequest(request: HttpRequest, payloadHash: string): Promise<string> {
    const headers: Record<string, string> = {};
    for (const name of this.#claim.signedHeaders) headers[name] = request.headers[name] ?? '';
    const query: Record<string, string[]> = {};
    for (const name of new Set(request.query.keys())) query[name] = request.query.getAll(name);
    const path = this.#claim.service === 's3' ? reescape(request.path) : request.path;
    const signed = { protocol: 'https:', hostname: '', method: request.method, path, query, headers };
    const canonicalHeaders = getCanonicalHeaders(signed, undefined, new Set(this.#claim.signedHeaders));
    const canonical = this.createCanonicalRequest(signed, canonicalHeaders, payloadHash);
    const text = await this.createStringToSign(this.#claim.date, scopeOf(this.#claim), canonical, ALGORITHM);
    return this.ofText([text]);
  }

  ofText(lines: string[]): Promise<string> {
    return this.sign(lines.join('\n'), { signingDate: new Date(claimTime(this.#claim)) });
  }
}

function claimOfHeader(authorization: string, headers: Record<string, string>): SignatureClaim {
  const [algorithm, ...rest] = authorization.split(' ');
  if (algorithm !== ALGORITHM) throw unsupported();
  const fields = new Map(
    rest
      .join(' ')
      .split(',')
      .map(field => splitOnce(field.trim(), '=')),
  );
  return claim({
    credential: fields.get('Credential'),
    signedHeaders: fields.get('SignedHeaders'),
    signature: fields.get('Signature'),
    date: headers['x-amz-date'],
    sessionToken: headers['x-amz-security-token'],
  });
}

function claimOfQuery(query: URLSearchParams): SignatureClaim {
  const field = (name: string) => query.get(name) ?? undefined;
  if (field('X-Amz-Algorithm') !== ALGORITHM)
    throw new MalformedSignature(`X-Amz-Algorithm only supports ${ALGORITHM}.`);
  const expires = field('X-Amz-Expires');
  if (expires === undefined || !/^\d{1,6}$/.test(expires) || +expires < 1 || +expires > 604_800) {
    throw new MalformedSignature('X-Amz-Expires must be a number of seconds, at least 1 and at most a week (604800).');
  }
  const read = claim({
    credential: field('X-Amz-Credential'),
    signedHeaders: field('X-Amz-SignedHeaders'),
    signature: field('X-Amz-Signature'),
    date: field('X-Amz-Date'),
    sessionToken: field('X-Amz-Security-Token'),
  });
  return { ...read, expiresIn: Number(expires) };
}

type ClaimText = Record<'credential' | 'signedHeaders' | 'signature' | 'date' | 'sessionToken', string | undefined>;

function claim({ credential, signedHeaders, signature, date, sessionToken }: ClaimText): SignatureClaim {
  const [, accessKeyId, day, region, service] =
    /^([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request$/.exec(credential ?? '') ?? [];
  if (!accessKeyId || !day || !region || !service) {
    throw new MalformedSignature('The Credential must read AccessKeyId/YYYYMMDD/REGION/SERVICE/aws4_request.');
  }
  if (!date || !/^\d{8}T\d{6}Z$/.test(date) || Number.isNaN(claimTime({ date } as SignatureClaim))) {
    throw new MalformedSignature('X-Amz-Date must be in the ISO 8601 form YYYYMMDDTHHMMSSZ.');
  }
  if (!date.startsWith(day)) throw new MalformedSignature(`The Credential is for ${day}, but the request of ${date}.`);
  if (!signature) throw new MalformedSignature('The request has no Signature.');
  const names = signedHeaders?.split(';') ?? [];
  if (!names.includes('host')) throw new MalformedSignature("'Host' must be a signed header.");
  const read: SignatureClaim = { accessKeyId, date, region, service, signedHeaders: names, signature };
  return sessionToken === undefined ? read : { ...read, sessionToken };
}

function unsupported(): MalformedSignature {
  return new MalformedSignature(`The authorization mechanism you have provided is not supported. Use ${ALGORITHM}.`);
}

function scopeOf({ date, region, service }: SignatureClaim): string {
  return `${date.slice(0, 8)}/${region}/${service}/aws4_request`;
}

/** S3 signs the path escaped exactly once, in AWS's own way, whichever way the client wrote it. */
function reescape(path: string): string {
  const escaped = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  try {
    return decodeURIComponent(path).split('/').map(escaped).join('/');
  } catch {
    return path;
  }
}

function equal(expected: string, actual: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(actual)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
