import { HeadBucketCommand } from '@aws-sdk/client-s3';
import type { Aws } from '../aws/clients.ts';
import { type Inquiry, usable, wrong } from './inquiry.ts';

/** The bucket of build resources exists, is in reach, and in which region it lies. Returns that region. */
export async function lookUpBucket(inquiry: Inquiry<Pick<Aws, 's3'>>): Promise<string | undefined> {
  const bucket = usable(inquiry, 's3bucket');
  const region = inquiry.settings.get('region')?.value;
  if (!bucket) return undefined;
  try {
    const { BucketRegion = region } = await inquiry.aws.s3.send(new HeadBucketCommand({ Bucket: bucket.value }));
    if (BucketRegion !== region)
      inquiry.notes.push(`The bucket ${bucket.value} lies in ${BucketRegion}, not ${region}.`);
    return BucketRegion;
  } catch (error) {
    // A HEAD has no body: S3 tells by the status alone.
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
    if (status === 404) {
      wrong(inquiry, 's3bucket', bucket, 'does not exist', 'Create the bucket, or name another one.');
    } else if (status === 403) {
      const fix = 'Name a bucket of yours, or ask its owner for s3:ListBucket.';
      wrong(inquiry, 's3bucket', bucket, 'is not in reach of the credentials', fix);
    } else throw error;
    return undefined;
  }
}
