import { Failure } from './failure.ts';

/** `s3://bucket/key` in its parts; the key is taken as it stands, nothing in it is escaped. */
export function parseS3Url(url: string): { bucket: string; key: string } {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/([\s\S]+)$/.exec(url) ?? [];
  if (bucket === undefined || key === undefined) throw new Failure('this is not s3://bucket/key');
  return { bucket, key };
}

/** A key as the path of a URL, escaped as SigV4 wants it (RFC 3986): everything but unreserved characters and slashes. */
export function encodeKey(key: string): string {
  const hex = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(key)
    .replaceAll('%2F', '/')
    .replace(/[!'()*]/g, hex);
}
