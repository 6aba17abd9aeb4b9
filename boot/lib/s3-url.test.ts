import { expect, it } from 'vitest';
import { encodeKey, parseS3Url } from './s3-url.ts';

it('takes URLs apart', () => {
  expect(parseS3Url('s3://bucket/a b/c')).toEqual({ bucket: 'bucket', key: 'a b/c' });
  expect(parseS3Url('s3://bucket//c')).toEqual({ bucket: 'bucket', key: '/c' });
  expect(() => parseS3Url('s3://bucket')).toThrow('not s3://bucket/key');
  expect(() => parseS3Url('https://bucket/key')).toThrow('not s3://bucket/key');
});

it('escapes keys as SigV4 wants them', () => {
  expect(encodeKey("a b/+=!'()*")).toBe('a%20b/%2B%3D%21%27%28%29%2A');
});
