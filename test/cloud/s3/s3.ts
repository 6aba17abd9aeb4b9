import { join } from 'node:path';
import { BUCKET, REGION, type State } from '../state.ts';
import { authorize } from './access.ts';
import { deleteBucketPolicy, getBucketPolicy, putBucketPolicy } from './bucket-policy.ts';
import { createBucket, deleteBucket, getBucketLocation, headBucket, listBuckets } from './buckets.ts';
import { completeMultipartUpload } from './complete-upload.ts';
import { copyObject, uploadPartCopy } from './copy.ts';
import { deleteObjects } from './delete-objects.ts';
import { listObjects, listObjectsV2 } from './list-objects.ts';
import { deleteObject, getObject, headObject, putObject } from './objects.ts';
import type { BucketOperation, S3Answer, S3Call, S3Context } from './s3-call.ts';
import { noSuchBucket, notImplemented, S3Fault } from './s3-fault.ts';
import { type Bucket, makeBucket, openBuckets } from './store.ts';
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './tagging.ts';
import { abortMultipartUpload, createMultipartUpload, listMultipartUploads, listParts, uploadPart } from './uploads.ts';

export interface S3 {
  /** Answers a call whose signature was checked. Throws Fault, or S3Fault where the answer says more. */
  answer(call: S3Call): Promise<S3Answer>;
}

/** S3 with its objects below `<folder>/s3`; the bucket of state.ts exists from the start. */
export function createS3(options: { folder: string; state: State }): S3 {
  const folder = join(options.folder, 's3');
  const buckets = openBuckets(folder);
  if (!buckets.has(BUCKET)) buckets.set(BUCKET, makeBucket(folder, BUCKET, REGION));
  const context: S3Context = { folder, buckets, state: options.state };
  return { answer: async call => answer(context, call) };
}

/** An operation, and the right it takes on the call's object or, for operations on buckets, on the bucket. */
interface Permitted {
  run: BucketOperation;
  right?: string;
  /** The operation answers whichever region the call was signed for. */
  anyRegion?: true;
}

const OPERATIONS: Record<string, Permitted> = {
  HeadBucket: { run: headBucket, right: 's3:ListBucket' },
  DeleteBucket: { run: deleteBucket, right: 's3:DeleteBucket' },
  GetBucketLocation: { run: getBucketLocation, right: 's3:GetBucketLocation', anyRegion: true },
  GetBucketPolicy: { run: getBucketPolicy, right: 's3:GetBucketPolicy' },
  PutBucketPolicy: { run: putBucketPolicy, right: 's3:PutBucketPolicy' },
  DeleteBucketPolicy: { run: deleteBucketPolicy, right: 's3:DeleteBucketPolicy' },
  ListObjects: { run: listObjects, right: 's3:ListBucket' },
  ListObjectsV2: { run: listObjectsV2, right: 's3:ListBucket' },
  ListMultipartUploads: { run: listMultipartUploads, right: 's3:ListBucketMultipartUploads' },
  // Each object is a question of its own, asked where it is deleted.
  DeleteObjects: { run: deleteObjects },
  GetObject: { run: getObject, right: 's3:GetObject' },
  HeadObject: { run: headObject, right: 's3:GetObject' },
  PutObject: { run: putObject, right: 's3:PutObject' },
  CopyObject: { run: copyObject, right: 's3:PutObject' },
  DeleteObject: { run: deleteObject, right: 's3:DeleteObject' },
  GetObjectTagging: { run: getObjectTagging, right: 's3:GetObjectTagging' },
  PutObjectTagging: { run: putObjectTagging, right: 's3:PutObjectTagging' },
  DeleteObjectTagging: { run: deleteObjectTagging, right: 's3:DeleteObjectTagging' },
  CreateMultipartUpload: { run: createMultipartUpload, right: 's3:PutObject' },
  UploadPart: { run: uploadPart, right: 's3:PutObject' },
  UploadPartCopy: { run: uploadPartCopy, right: 's3:PutObject' },
  CompleteMultipartUpload: { run: completeMultipartUpload, right: 's3:PutObject' },
  AbortMultipartUpload: { run: abortMultipartUpload, right: 's3:AbortMultipartUpload' },
  ListParts: { run: listParts, right: 's3:ListMultipartUploadParts' },
};

async function answer(context: S3Context, call: S3Call): Promise<S3Answer> {
  const { action, bucket: name, key } = call;
  if (action === 'ListBuckets') return listBuckets(context, call);
  if (action === 'CreateBucket') return createBucket(context, { ...call, bucket: name! });
  const operation = Object.hasOwn(OPERATIONS, action) ? OPERATIONS[action]! : undefined;
  if (!operation) throw notImplemented(`the operation ${action}`);
  const bucket = context.buckets.get(name!);
  if (!bucket) throw noSuchBucket(name!);
  if (!operation.anyRegion) checkRegion(call, bucket);
  if (operation.right) authorize(context, call, operation.right, bucket, key);
  return operation.run(context, bucket, { ...call, key: key ?? '' });
}

/** A bucket answers only in its own region; both refusals tell clients which that is. */
function checkRegion({ region, hostRegion }: S3Call, { name, settings }: Bucket): void {
  if (region === settings.region) return;
  const headers = { 'x-amz-bucket-region': settings.region };
  if (hostRegion === region) {
    const message =
      'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.';
    const fields = { Endpoint: `${name}.s3.${settings.region}.amazonaws.com`, Bucket: name };
    throw new S3Fault('PermanentRedirect', message, 301, { headers, fields });
  }
  const message = `The authorization header is malformed; the region '${region}' is wrong; expecting '${settings.region}'`;
  const fields = { Region: settings.region };
  throw new S3Fault('AuthorizationHeaderMalformed', message, 400, { headers, fields });
}
