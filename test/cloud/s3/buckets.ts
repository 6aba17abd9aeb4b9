import { isIPv4 } from 'node:net';
import { Fault } from '../service.ts';
import { authorizeAccount } from './access.ts';
import { OWNER } from './list-objects.ts';
import { type BucketOperation, type S3Answer, type S3Call, type S3Context, xmlAnswer } from './s3-call.ts';
import { S3Fault } from './s3-fault.ts';
import { makeBucket, removeBucket } from './store.ts';
import { readXml, textOf } from './xml-body.ts';

const DEFAULT_REGION = 'us-east-1';

export function listBuckets(context: S3Context, call: S3Call): S3Answer {
  authorizeAccount(context, call, 's3:ListAllMyBuckets');
  const buckets = [...context.buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const Bucket = buckets.map(({ name, settings }) => ({
    Name: name,
    CreationDate: settings.creationDate,
    BucketRegion: settings.region,
  }));
  return xmlAnswer('ListAllMyBucketsResult', { Owner: OWNER, Buckets: { Bucket } });
}

export async function createBucket(context: S3Context, call: S3Call & { bucket: string }): Promise<S3Answer> {
  const { bucket: name } = call;
  authorizeAccount(context, call, 's3:CreateBucket', `arn:aws:s3:::${name}`);
  checkName(name);
  const region = await regionOfNew(call);
  const existing = context.buckets.get(name);
  // In its oldest region S3 lets an owner create the same bucket again.
  if (existing && (existing.settings.region !== DEFAULT_REGION || region !== DEFAULT_REGION)) {
    const message = 'Your previous request to create the named bucket succeeded and you already own it.';
    throw new S3Fault('BucketAlreadyOwnedByYou', message, 409, { fields: { BucketName: name } });
  }
  if (!existing) context.buckets.set(name, makeBucket(context.folder, name, region));
  return { status: 200, headers: { location: `/${name}` } };
}

export const headBucket: BucketOperation = (_context, { settings }) => ({
  status: 200,
  headers: { 'x-amz-bucket-region': settings.region, 'content-type': 'application/xml' },
});

export const getBucketLocation: BucketOperation = (_context, { settings }) => {
  const answer = xmlAnswer('LocationConstraint', {});
  const region = settings.region === DEFAULT_REGION ? '' : settings.region;
  return { ...answer, body: `${answer.body}`.replace('></Location', `>${region}</Location`) };
};

export const deleteBucket: BucketOperation = (context, bucket) => {
  if (bucket.objects.size > 0) {
    const fields = { BucketName: bucket.name };
    throw new S3Fault('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409, { fields });
  }
  context.buckets.delete(bucket.name);
  removeBucket(bucket);
  return { status: 204, headers: {} };
};

/** The region that a LocationConstraint names, or that of the call. Throws IllegalLocationConstraintException. */
async function regionOfNew(call: S3Call): Promise<string> {
  const hasBody = Number(call.headers['content-length'] ?? 0) > 0;
  const { content } = hasBody ? await readXml(call, 'CreateBucketConfiguration') : { content: '' };
  const asked = textOf(content, 'LocationConstraint');
  const region = asked || DEFAULT_REGION;
  if (call.region === region || call.region === DEFAULT_REGION) return region;
  const constraint = asked ?? 'unspecified';
  const message = `The ${constraint} location constraint is incompatible for the region specific endpoint this request was sent to.`;
  throw new Fault('IllegalLocationConstraintException', message);
}

function checkName(name: string): void {
  if (/^[a-z0-9](?:[a-z0-9]|[.-](?!\.)){1,61}[a-z0-9]$/.test(name) && !isIPv4(name)) return;
  throw new S3Fault('InvalidBucketName', 'The specified bucket is not valid.', 400, { fields: { BucketName: name } });
}
