import { createHash } from 'node:crypto';
import type { Answer, Call } from './scripted-s3.ts';

const MIB = 2 ** 20;

/** What an S3 that answers truly has to remember. */
export interface Kept {
  /** What was put: what a listing and a HEAD tell. */
  objects: Map<string, { size: string; etag: string; metadata: Record<string, string> }>;
  /** How everything is encrypted, as headers. */
  encryption: Record<string, string>;
  /** How many uploads in parts were begun. */
  uploads: number;
}

/** Content of a file of two parts. */
export const LARGE = Buffer.alloc(9 * MIB, 7);
const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest();
export const PART_MD5S = [LARGE.subarray(0, 8 * MIB), LARGE.subarray(8 * MIB)].map(md5);
export const LARGE_ETAG = `${md5(Buffer.concat(PART_MD5S)).toString('hex')}-2`;

export const xml = (name: string, content: string): Answer => ({
  body: `<?xml version="1.0"?><${name}>${content}</${name}>`,
});
export const fault = (code: string, status = 400): Answer => ({
  ...xml('Error', `<Code>${code}</Code><Message>It is so.</Message>`),
  status,
});

/** What S3 would answer, as far as a sync asks. */
export function honest({ line, headers }: Call, s3: Kept): Answer {
  const [, method, key = '', query = ''] = /^(\S+) \/b\/?([^?]*)\??(.*)$/.exec(line) ?? [];
  if (method === 'GET' && key === '') {
    const contents = [...s3.objects].map(
      ([name, { size, etag }]) => `<Contents><Key>${name}</Key><Size>${size}</Size><ETag>"${etag}"</ETag></Contents>`,
    );
    return xml('ListBucketResult', `<Name>b</Name><IsTruncated>false</IsTruncated>${contents.join('')}`);
  }
  if (method === 'HEAD') return { headers: { ...s3.encryption, ...s3.objects.get(key)?.metadata } };
  if (method === 'DELETE') return { status: 204 };
  if (query.startsWith('uploads')) {
    s3.uploads += 1;
    return {
      ...xml('InitiateMultipartUploadResult', `<UploadId>upload-${s3.uploads}</UploadId>`),
      headers: s3.encryption,
    };
  }
  if (method === 'POST') {
    return { ...xml('CompleteMultipartUploadResult', `<ETag>"${LARGE_ETAG}"</ETag>`), headers: s3.encryption };
  }
  if (method === 'GET') return xml('ListPartsResult', '<IsTruncated>false</IsTruncated>');
  const part = /partNumber=(\d)/.exec(query)?.[1];
  const meta = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-'));
  const md5s = part ? PART_MD5S[Number(part) - 1]?.toString('hex') : String(headers['x-amz-meta-etag']);
  const isKms = s3.encryption['x-amz-server-side-encryption']?.startsWith('aws:kms');
  const etag = isKms ? md5(Buffer.from(line)).toString('hex') : String(md5s);
  const size = String(headers['content-length']);
  if (!part) s3.objects.set(key, { size, etag, metadata: Object.fromEntries(meta) as Record<string, string> });
  return { headers: { ...s3.encryption, etag: `"${etag}"` } };
}
