import { randomBytes } from 'node:crypto';
import { routeOf } from '../s3/route.ts';
import type { S3 } from '../s3/s3.ts';
import type { S3Answer } from '../s3/s3-call.ts';
import { S3Fault } from '../s3/s3-fault.ts';
import { Fault, type Faults } from '../service.ts';
import { authenticate } from './authentication.ts';
import type { KnownKey } from './credentials.ts';
import type { HttpRequest } from './http-request.ts';
import type { SignatureClaim } from './signature.ts';
import type { Track } from './track.ts';
import { xmlElements } from './xml.ts';

export interface RestContext {
  s3: S3;
  faults: Faults;
  findKey(accessKeyId: string): KnownKey | undefined;
}

/** Answers one call of S3. Throws Fault, Refusal or Dropped; `track` learns what it was about. */
export async function answerRest(
  { s3, faults, findKey }: RestContext,
  request: HttpRequest,
  claim: SignatureClaim,
  track: Track,
): Promise<S3Answer> {
  const route = routeOf(request);
  track.action = route.action;
  track.resource = [route.bucket, route.key].filter(part => part !== undefined).join('/');
  const headers = claim.expiresIn === undefined ? request.headers : { ...queryHeaders(request), ...request.headers };
  const payloadHash =
    headers['x-amz-content-sha256'] ?? (claim.expiresIn === undefined ? undefined : 'UNSIGNED-PAYLOAD');
  if (payloadHash === undefined) {
    throw new Fault('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
  }
  const { caller, chunkSignatures } = await authenticate(request, claim, payloadHash, findKey);
  track.caller = caller;
  await faults.apply('s3', route.action);
  const { query, body, secure } = request;
  const { region } = claim;
  return s3.answer({ ...route, query, headers, body, secure, caller, region, payloadHash, chunkSignatures });
}

/** A fault in S3's own shape: no list around the error, and perhaps more than code and message in it. */
export function restFault(fault: Fault, requestId: string): S3Answer {
  const { headers = {}, fields = {} } = fault instanceof S3Fault ? fault : {};
  const { code, message, status } = fault;
  const error = xmlElements({ Code: code, Message: message, ...fields, RequestId: requestId });
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${error}</Error>`;
  return { status, headers: { 'content-type': 'application/xml', ...headers }, body };
}

/** The two identifiers that S3 puts on each answer. */
export function restIdentifiers(requestId: string): Record<string, string> {
  return { 'x-amz-request-id': requestId, 'x-amz-id-2': randomBytes(24).toString('base64') };
}

/** The query's fields that would be `x-amz-` headers, had the request not been presigned. */
function queryHeaders({ query }: HttpRequest): Record<string, string> {
  const pairs = [...query].map(([name, value]) => [name.toLowerCase(), value] as const);
  return Object.fromEntries(pairs.filter(([name]) => name.startsWith('x-amz-')));
}
