import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { TLSSocket } from 'node:tls';

/** An HTTP request as it came over the wire: nothing is decoded that the signature was made over. */
export interface HttpRequest {
  method: string;
  /** The path with its percent escapes, and with `..` and `//`, which are ordinary in S3 keys. */
  path: string;
  query: URLSearchParams;
  /** Names in lower case; a repeated header's values are joined by commas. */
  headers: Record<string, string>;
  /** True for TLS. */
  secure: boolean;
  body: Readable;
}

/** Takes a request of Node's server apart. */
export function httpRequest(message: IncomingMessage): HttpRequest {
  const url = message.url ?? '/';
  const mark = url.indexOf('?');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  return {
    method: message.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    headers,
    secure: (message.socket as TLSSocket).encrypted === true,
    body: message,
  };
}
