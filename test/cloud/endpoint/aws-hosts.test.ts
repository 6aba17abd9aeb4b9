import { expect, it } from 'vitest';
import { isAwsHost } from './aws-hosts.ts';

it.each([
  'ec2.us-east-1.amazonaws.com',
  'my.bucket.s3.amazonaws.com',
  'STS.AMAZONAWS.COM',
  's3.cn-north-1.amazonaws.com.cn',
  'ec2.us-east-1.api.aws',
])('%s is of AWS', host => expect(isAwsHost(host)).toBe(true));

it.each(['amazonaws.com.example.org', 'notamazonaws.com', 'deb.example.org', 'a/b.amazonaws.com', 'x\n.amazonaws.com'])(
  '%j is not',
  host => expect(isAwsHost(host)).toBe(false),
);
