import type { Readable } from 'node:stream';
import type { ChunkSignatures } from '../endpoint/signature.ts';
import { xmlElements } from '../endpoint/xml.ts';
import type { Caller } from '../service.ts';
import type { State } from '../state.ts';
import type { Route } from './route.ts';
import type { Bucket } from './store.ts';

/** One call of S3, after its signature was checked. */
export interface S3Call extends Route {
  query: URLSearchParams;
  /** Names in lower case; of a presigned request also the `x-amz-` fields of its query, which S3 takes for headers. */
  headers: Record<string, string>;
  body: Readable;
  caller: Caller;
  /** The region that the call was signed for. */
  region: string;
  /** True when it came over TLS. */
  secure: boolean;
  /** `x-amz-content-sha256`: the body's SHA-256, or how else the body is vouched for. */
  payloadHash: string;
  chunkSignatures: ChunkSignatures;
}

export interface S3Answer {
  status: number;
  headers: Record<string, string>;
  body?: string | Readable;
}

/** What the operations work on. */
export interface S3Context {
  folder: string;
  buckets: Map<string, Bucket>;
  state: State;
}

/** An operation on a bucket that exists; `key` is set where the operation is one on objects. */
export type BucketOperation = (
  context: S3Context,
  bucket: Bucket,
  call: S3Call & { key: string },
) => Promise<S3Answer> | S3Answer;

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** An answer in XML; arrays in `fields` repeat their element, as S3's lists do. */
export function xmlAnswer(root: string, fields: object, headers: Record<string, string> = {}): S3Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${NAMESPACE}">${xmlElements(fields)}</${root}>`;
  return { status: 200, headers: { 'content-type': 'application/xml', ...headers }, body };
}

/** An ETag as it is sent: in quotes. */
export function quoted(etag: string): string {
  return `"${etag}"`;
}
