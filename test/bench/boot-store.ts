/**
 * The S3 of the boot benchmark, at its real port. Unlike that of the boot tests it answers what the AWS CLI asks before
 * it fetches an object: HEAD, with length and date. The argument is a JSON document of Settings.
 */
import { createServer } from 'node:https';

export interface Settings {
  /** Where to listen. */
  address: string;
  /** In PEM. */
  key: string;
  cert: string;
  /** Contents by host name and path. */
  objects: Record<string, string>;
}

const { address, key, cert, objects }: Settings = JSON.parse(process.argv[2] ?? '');

createServer({ key, cert }, ({ headers, url }, response) => {
  const content = objects[`${headers.host}${url}`];
  if (!headers.authorization?.startsWith('AWS4-HMAC-SHA256 ')) return response.writeHead(403).end();
  if (content === undefined) return response.writeHead(404).end();
  response.setHeader('content-length', Buffer.byteLength(content));
  response.setHeader('last-modified', new Date(0).toUTCString());
  response.setHeader('etag', '"00000000000000000000000000000000"');
  return response.end(content);
}).listen(443, address);
