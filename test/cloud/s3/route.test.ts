import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import type { HttpRequest } from '../endpoint/http-request.ts';
import { routeOf } from './route.ts';

function request(line: string, headers: Record<string, string> = {}): HttpRequest {
  const [method = '', url = ''] = line.split(' ');
  const [path = '', query = ''] = url.split('?');
  return {
    method,
    path,
    query: new URLSearchParams(query),
    headers: { host: '127.0.0.1:4566', ...headers },
    secure: false,
    body: Readable.from([]),
  };
}

it.each([
  ['GET /', 'ListBuckets'],
  ['PUT /b', 'CreateBucket'],
  ['HEAD /b', 'HeadBucket'],
  ['GET /b', 'ListObjects'],
  ['GET /b?prefix=x', 'ListObjects'],
  ['GET /b/?list-type=2', 'ListObjectsV2'],
  ['GET /b?location', 'GetBucketLocation'],
  ['GET /b?uploads', 'ListMultipartUploads'],
  ['POST /b?delete', 'DeleteObjects'],
  ['PUT /b?policy', 'PutBucketPolicy'],
  ['GET /b?versioning', 'GetBucketVersioning'],
  ['PUT /b?website', 'PutBucketWebsite'],
  ['GET /b?versions', 'ListObjectVersions'],
  ['GET /b/k', 'GetObject'],
  ['GET /b/k?x-id=GetObject&response-expires=1', 'GetObject'],
  ['HEAD /b/k', 'HeadObject'],
  ['PUT /b/k', 'PutObject'],
  ['PUT /b/k?partNumber=1&uploadId=u', 'UploadPart'],
  ['POST /b/k?uploads', 'CreateMultipartUpload'],
  ['POST /b/k?uploadId=u', 'CompleteMultipartUpload'],
  ['GET /b/k?uploadId=u', 'ListParts'],
  ['DELETE /b/k?uploadId=u', 'AbortMultipartUpload'],
  ['DELETE /b/k', 'DeleteObject'],
  ['PUT /b/k?tagging', 'PutObjectTagging'],
  ['PUT /b/k?acl', 'PutObjectAcl'],
  ['GET /b/k?versionId=1', 'GetObjectVersion'],
])('%s is %s', (line, action) => {
  expect(routeOf(request(line)).action).toBe(action);
});

it('tells a copy by its source', () => {
  const headers = { 'x-amz-copy-source': 'b/k' };
  expect(routeOf(request('PUT /b/k', headers)).action).toBe('CopyObject');
  expect(routeOf(request('PUT /b/k?partNumber=1&uploadId=u', headers)).action).toBe('UploadPartCopy');
});

it.each([
  ['127.0.0.1:4566', '/bucket/a/b', { bucket: 'bucket', key: 'a/b' }],
  ['localhost:4566', '/bucket', { bucket: 'bucket' }],
  ['bucket.localhost:4566', '/a/b', { bucket: 'bucket', key: 'a/b' }],
  ['s3.amazonaws.com', '/bucket/k', { bucket: 'bucket', key: 'k' }],
  ['s3.eu-west-1.amazonaws.com', '/bucket/k', { bucket: 'bucket', key: 'k', hostRegion: 'eu-west-1' }],
  ['bucket.s3.amazonaws.com', '/k', { bucket: 'bucket', key: 'k' }],
  [
    'my.bucket.s3.us-gov-west-1.amazonaws.com:443',
    '/k',
    { bucket: 'my.bucket', key: 'k', hostRegion: 'us-gov-west-1' },
  ],
  ['bucket.s3-us-west-2.amazonaws.com', '/k', { bucket: 'bucket', key: 'k', hostRegion: 'us-west-2' }],
  ['bucket.s3.dualstack.us-west-2.amazonaws.com', '/k', { bucket: 'bucket', key: 'k', hostRegion: 'us-west-2' }],
  ['bucket.s3.cn-north-1.amazonaws.com.cn', '/k', { bucket: 'bucket', key: 'k', hostRegion: 'cn-north-1' }],
  ['127.0.0.1', '/b/a%20b%2Bc+d%2F..//%C3%BC', { bucket: 'b', key: 'a b+c+d/..//ü' }],
  ['127.0.0.1', '/b//', { bucket: 'b', key: '/' }],
  ['127.0.0.1', '/', {}],
])('%s%s is about %j', (host, path, address) => {
  const { action: _action, ...found } = routeOf(request(`GET ${path}`, { host }));
  expect(found).toEqual(address);
});

it('refuses what is not UTF-8, and keys of more than 1024 bytes', () => {
  expect(() => routeOf(request('GET /b/%FF'))).toThrow('UTF-8');
  expect(() => routeOf(request(`GET /b/${'%C3%BC'.repeat(513)}`))).toThrow('too long');
  expect(routeOf(request(`GET /b/${'%C3%BC'.repeat(512)}`)).key).toHaveLength(512);
});
