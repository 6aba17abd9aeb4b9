import type { Caller } from '../service.ts';
import type { KnownKey } from './credentials.ts';
import type { HttpRequest } from './http-request.ts';
import { Refusal } from './refusals.ts';
import {
  type ChunkSignatures,
  chunkSignatures,
  claimTime,
  type SignatureClaim,
  signatureMatches,
} from './signature.ts';

/** How far a client's clock may be off, in milliseconds: AWS allows 15 minutes. */
const MAXIMUM_SKEW = 15 * 60_000;

export interface Authenticated {
  caller: Caller;
  /** For S3 bodies that carry signatures of their own. */
  chunkSignatures: ChunkSignatures;
}

/**
 * Who made this request, once key, token, time and signature are found right. Throws Refusal.
 * `payloadHash` is the SHA-256 of the body in hex, or what S3 lets stand for it.
 */
export async function authenticate(
  request: HttpRequest,
  claim: SignatureClaim,
  payloadHash: string,
  findKey: (accessKeyId: string) => KnownKey | undefined,
): Promise<Authenticated> {
  const key = findKey(claim.accessKeyId);
  if (!key) throw new Refusal('unknownKey');
  if (claim.sessionToken !== key.sessionToken) throw new Refusal('wrongToken');
  const now = Date.now();
  if (key.expiration && key.expiration.getTime() <= now) throw new Refusal('expiredToken');
  checkTime(claim, now);
  if (claim.service === 's3') checkHeadersSigned(request, claim);
  if (!(await signatureMatches(request, claim, key, payloadHash))) throw new Refusal('mismatch');
  return { caller: key.caller, chunkSignatures: chunkSignatures(claim, key) };
}

function checkTime(claim: SignatureClaim, now: number): void {
  const age = now - claimTime(claim);
  if (claim.expiresIn === undefined ? Math.abs(age) > MAXIMUM_SKEW : -age > MAXIMUM_SKEW) throw new Refusal('skewed');
  if (claim.expiresIn !== undefined && age > claim.expiresIn * 1000) throw new Refusal('expired');
}

/** S3 believes no `x-amz-` header that the signature does not cover. */
function checkHeadersSigned(request: HttpRequest, claim: SignatureClaim): void {
  const unsigned = Object.keys(request.headers).filter(
    name => name.startsWith('x-amz-') && !claim.signedHeaders.includes(name),
  );
  if (unsigned.length > 0)
    throw new Refusal('unsigned', `Headers that the signature does not cover: ${unsigned.join(', ')}`);
}
