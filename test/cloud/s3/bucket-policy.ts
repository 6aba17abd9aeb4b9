import { parsePolicy } from '../endpoint/policy.ts';
import { Fault } from '../service.ts';
import { readText } from './request-body.ts';
import type { BucketOperation } from './s3-call.ts';
import { S3Fault } from './s3-fault.ts';
import { saveSettings } from './store.ts';

/** A bucket policy has 20 KB at most. */
const LIMIT = 20_480;

export const getBucketPolicy: BucketOperation = (_context, bucket) => {
  const { policy } = bucket.settings;
  if (policy !== undefined) return { status: 200, headers: { 'content-type': 'application/json' }, body: policy };
  const fields = { BucketName: bucket.name };
  throw new S3Fault('NoSuchBucketPolicy', 'The bucket policy does not exist', 404, { fields });
};

export const putBucketPolicy: BucketOperation = async (_context, bucket, call) => {
  const { text } = await readText(call, LIMIT);
  const statements = parsePolicy(text);
  if (statements.some(statement => statement.Principal === undefined)) {
    throw new Fault('MalformedPolicy', 'Missing required field Principal');
  }
  bucket.settings = { ...bucket.settings, policy: text };
  saveSettings(bucket);
  return { status: 204, headers: {} };
};

export const deleteBucketPolicy: BucketOperation = (_context, bucket) => {
  const { policy: _removed, ...settings } = bucket.settings;
  bucket.settings = settings;
  saveSettings(bucket);
  return { status: 204, headers: {} };
};
