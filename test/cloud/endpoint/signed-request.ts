import { createHash } from 'node:crypto';
import { type IncomingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { RunningEndpoint } from './running-endpoint.ts';

/** For tests: a request with everything in the caller's hands, where an SDK's client would decide too much itself. */
export interface RawRequest {
  method: string;
  /** The host that is signed and sent; the connection always goes to the endpoint. */
  host?: string;
  path: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: string;
  region?: string;
}

export interface RawAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Signs for S3, in the header. `x-amz-content-sha256` is the body's unless the headers have it. */
export async function signS3(endpoint: RunningEndpoint, raw: RawRequest): Promise<RawRequest> {
  const sha256 = createHash('sha256')
    .update(raw.body ?? '')
    .digest('hex');
  const { headers } = await signer(endpoint, raw).sign({
    ...unsigned(endpoint, raw),
    headers: { 'x-amz-content-sha256': sha256, ...raw.headers, host: hostOf(endpoint, raw) },
  });
  return { ...raw, headers };
}

/** Signs for S3, in the query. */
export async function presignS3(endpoint: RunningEndpoint, raw: RawRequest, expiresIn = 60): Promise<RawRequest> {
  const headers = { ...raw.headers, host: hostOf(endpoint, raw) };
  const toSign = { ...unsigned(endpoint, raw), headers, body: new ReadableStream() };
  const { query } = await signer(endpoint, raw).presign(toSign, { expiresIn });
  return { ...raw, query: query as Record<string, string> };
}

/** Sends a request as it is. */
export function send(endpoint: RunningEndpoint, raw: RawRequest): Promise<RawAnswer> {
  const escaped = Object.entries(raw.query ?? {}).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const path = escaped.length > 0 ? `${raw.path}?${escaped.join('&')}` : raw.path;
  const headers = { ...raw.headers, host: hostOf(endpoint, raw) };
  return new Promise((done, failed) => {
    request({ host: '127.0.0.1', port: endpoint.port, method: raw.method, path, headers }, async response => {
      done({ status: response.statusCode ?? 0, headers: response.headers, body: await text(response) });
    })
      .on('error', failed)
      .end(raw.body ?? '');
  });
}

function hostOf(endpoint: RunningEndpoint, { host }: RawRequest): string {
  return host ?? `127.0.0.1:${endpoint.port}`;
}

function unsigned(endpoint: RunningEndpoint, { method, path, query = {} }: RawRequest) {
  return { method, path, query, protocol: 'http:', hostname: hostOf(endpoint, { method, path }) };
}

function signer({ credentials }: RunningEndpoint, { region = 'us-east-1' }: RawRequest): SignatureV4 {
  return new SignatureV4({ service: 's3', region, credentials, sha256: Sha256, uriEscapePath: false });
}
