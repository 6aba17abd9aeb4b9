import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutBucketWebsiteCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningEndpoint, runEndpoint } from '../endpoint/running-endpoint.ts';
import { BUCKET } from '../state.ts';

let endpoint: RunningEndpoint;
let s3: S3Client;
let european: S3Client;
beforeAll(async () => {
  endpoint = await runEndpoint();
  s3 = new S3Client(endpoint.client);
  european = new S3Client({ ...endpoint.client, region: 'eu-west-1' });
});
afterAll(() => endpoint.remove());

const create = (client: S3Client, Bucket: string, region?: string) => {
  const LocationConstraint = region as BucketLocationConstraint;
  const configuration = region ? { CreateBucketConfiguration: { LocationConstraint } } : {};
  return client.send(new CreateBucketCommand({ Bucket, ...configuration }));
};

describe('a bucket', () => {
  it('is there from the start', async () => {
    const { Buckets } = await s3.send(new ListBucketsCommand());
    expect(Buckets?.map(bucket => bucket.Name)).toEqual([BUCKET]);
    expect(await s3.send(new HeadBucketCommand({ Bucket: BUCKET }))).toMatchObject({ BucketRegion: 'us-east-1' });
  });

  it('is created, found, emptied and deleted', async () => {
    await create(s3, 'second-bucket');
    await s3.send(new PutObjectCommand({ Bucket: 'second-bucket', Key: 'k', Body: 'x' }));
    const remove = () => s3.send(new DeleteBucketCommand({ Bucket: 'second-bucket' }));
    await expect(remove()).rejects.toMatchObject({ name: 'BucketNotEmpty' });
    await s3.send(new DeleteObjectCommand({ Bucket: 'second-bucket', Key: 'k' }));
    await remove();
    await expect(s3.send(new HeadBucketCommand({ Bucket: 'second-bucket' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
  });

  it.each(['ab', 'Capital', '-start', 'end-', 'a..b', 'under_score', '192.168.1.1', 'x'.repeat(64)])(
    'cannot be called %s',
    async name => {
      const client = new S3Client({ ...endpoint.client, forcePathStyle: true });
      await expect(create(client, name)).rejects.toMatchObject({ name: 'InvalidBucketName' });
    },
  );

  it('can be created again in the oldest region only', async () => {
    await create(s3, BUCKET);
    await create(european, 'european', 'eu-west-1');
    await expect(create(european, 'european', 'eu-west-1')).rejects.toMatchObject({ name: 'BucketAlreadyOwnedByYou' });
  });

  it('lives in a region, which every refusal names', async () => {
    await create(european, 'at-home', 'eu-west-1');
    await european.send(new PutObjectCommand({ Bucket: 'at-home', Key: 'k', Body: 'x' }));
    const { LocationConstraint } = await s3.send(new GetBucketLocationCommand({ Bucket: 'at-home' }));
    expect(LocationConstraint).toBe('eu-west-1');
    const first = await s3.send(new GetBucketLocationCommand({ Bucket: BUCKET }));
    expect(first.LocationConstraint).toBeUndefined();
    const error = await s3.send(new GetObjectCommand({ Bucket: 'at-home', Key: 'k' })).catch(thrown => thrown);
    expect(error).toMatchObject({ name: 'AuthorizationHeaderMalformed', Region: 'eu-west-1' });
    expect(error.$response.headers['x-amz-bucket-region']).toBe('eu-west-1');
    const following = new S3Client({ ...endpoint.client, followRegionRedirects: true });
    expect(await following.send(new HeadBucketCommand({ Bucket: 'at-home' }))).toMatchObject({
      BucketRegion: 'eu-west-1',
    });
  });

  it('cannot be created in one region through another', async () => {
    await expect(create(european, 'elsewhere', 'us-west-2')).rejects.toMatchObject({
      name: 'IllegalLocationConstraintException',
    });
  });
});

it('names what it does not do, loudly', async () => {
  await expect(s3.send(new GetBucketVersioningCommand({ Bucket: BUCKET }))).rejects.toMatchObject({
    name: 'NotImplemented',
    message: /GetBucketVersioning/,
  });
  const WebsiteConfiguration = { IndexDocument: { Suffix: 'x' } };
  await expect(s3.send(new PutBucketWebsiteCommand({ Bucket: BUCKET, WebsiteConfiguration }))).rejects.toMatchObject({
    message: /PutBucketWebsite/,
  });
  expect(endpoint.lines.at(-1)).toMatch(/^REFUSED s3 PutBucketWebsite/);
});
