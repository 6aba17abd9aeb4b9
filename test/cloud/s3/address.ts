import { Buffer } from 'node:buffer';
import { Fault } from '../service.ts';

/** What a request is about, by its host and its path. */
export interface Address {
  bucket?: string;
  key?: string;
  /** The region in the host name; undefined for the global endpoint and for the local cloud's own address. */
  hostRegion?: string;
}

const S3_HOST =
  /^(?:(?<bucket>.+)\.)?s3[.-](?:dualstack\.)?(?:(?<region>[a-z]{2}(?:-[a-z]+)+-\d)\.)?amazonaws\.com(?:\.cn)?$/;
const LOCAL_HOST = /^(?<bucket>.+)\.localhost$/;

/** Reads virtual-hosted (`bucket.s3.REGION.amazonaws.com/key`) and path style (`/bucket/key`). Throws InvalidURI. */
export function parseAddress(host: string, path: string): Address {
  const name = host.toLowerCase().replace(/:\d+$/, '');
  const groups = (S3_HOST.exec(name) ?? LOCAL_HOST.exec(name))?.groups;
  const decoded = decode(path).slice(1);
  const slash = decoded.indexOf('/');
  const pathStyle = slash < 0 ? [decoded, ''] : [decoded.slice(0, slash), decoded.slice(slash + 1)];
  const [bucket, key] = groups?.bucket ? [groups.bucket, decoded] : pathStyle;
  if (Buffer.byteLength(key!) > 1024) {
    throw new Fault('KeyTooLongError', 'Your key is too long: 1024 bytes of UTF-8 are the limit.');
  }
  return {
    ...(bucket ? { bucket } : {}),
    ...(key ? { key } : {}),
    ...(groups?.region ? { hostRegion: groups.region } : {}),
  };
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new Fault('InvalidURI', "Couldn't parse the specified URI: its percent escapes are not UTF-8.");
  }
}
