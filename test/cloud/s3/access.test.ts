import {
  CopyObjectCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectsCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RunningEndpoint, runEndpoint } from '../endpoint/running-endpoint.ts';
import { BUCKET } from '../state.ts';

let endpoint: RunningEndpoint;
let operator: S3Client;
let instance: S3Client;
beforeAll(async () => {
  endpoint = await runEndpoint();
  operator = new S3Client(endpoint.client);
  const credentials = { accessKeyId: 'ASIA', secretAccessKey: 's', sessionToken: 't' };
  const expiration = new Date(Date.now() + 3_600_000).toISOString();
  endpoint.state.sessions.ASIA = { ...credentials, expiration, role: 'worker', instanceId: 'i-1' };
  instance = new S3Client({ ...endpoint.client, credentials });
  for (const Key of ['lava/a', 'lava/b', 'other/c']) {
    await operator.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: Key }));
  }
});
afterAll(() => endpoint.remove());
afterEach(() => operator.send(new DeleteBucketPolicyCommand({ Bucket: BUCKET })));

const ARN = `arn:aws:s3:::${BUCKET}`;

/** Gives the instance's role these rights. */
function grant(...Statement: object[]) {
  endpoint.state.roles.worker = {
    roleName: 'worker',
    roleId: 'AROA',
    path: '/',
    description: '',
    createDate: '',
    assumeRolePolicyDocument: '{}',
    policies: { p: JSON.stringify({ Version: '2012-10-17', Statement }) },
    tags: {},
  };
}

const setPolicy = (...Statement: object[]) =>
  operator.send(
    new PutBucketPolicyCommand({ Bucket: BUCKET, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }),
  );
const get = (client: S3Client, Key: string) => client.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
const list = (Prefix?: string) =>
  instance.send(new ListObjectsV2Command({ Bucket: BUCKET, ...(Prefix === undefined ? {} : { Prefix }) }));
const denied = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } };

describe('an instance', () => {
  it('reads what its role may read', async () => {
    grant({ Effect: 'Allow', Action: 's3:GetObject', Resource: `${ARN}/lava/*` });
    await get(instance, 'lava/a');
    await expect(get(instance, 'other/c')).rejects.toMatchObject(denied);
    await expect(instance.send(new ListBucketsCommand())).rejects.toMatchObject(denied);
    const write = instance.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'lava/a', Body: '' }));
    await expect(write).rejects.toMatchObject({
      ...denied,
      message: `User: arn:aws:sts::123456789012:assumed-role/worker/i-1 is not authorized to perform: s3:PutObject on resource: "${ARN}/lava/a" because no identity-based policy allows the s3:PutObject action`,
    });
  });

  it('lists below the prefix it may list', async () => {
    const Condition = { StringLike: { 's3:prefix': 'lava/*' } };
    grant({ Effect: 'Allow', Action: 's3:ListBucket', Resource: ARN, Condition });
    expect((await list('lava/')).KeyCount).toBe(2);
    await expect(list('other/')).rejects.toMatchObject(denied);
    await expect(list()).rejects.toMatchObject(denied);
  });

  it('learns that a key is missing only if it may list', async () => {
    const read = { Effect: 'Allow', Action: 's3:GetObject', Resource: `${ARN}/*` };
    grant(read);
    await expect(get(instance, 'missing')).rejects.toMatchObject(denied);
    const head = instance.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'missing' }));
    await expect(head).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    grant(read, { Effect: 'Allow', Action: 's3:ListBucket', Resource: ARN });
    await expect(get(instance, 'missing')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('is asked about each object that it deletes or copies', async () => {
    grant({ Effect: 'Allow', Action: ['s3:DeleteObject', 's3:PutObject'], Resource: `${ARN}/lava/*` });
    const Objects = [{ Key: 'lava/none' }, { Key: 'other/c' }];
    const result = await instance.send(new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects } }));
    expect(result.Deleted).toEqual([{ Key: 'lava/none' }]);
    expect(result.Errors).toMatchObject([{ Key: 'other/c', Code: 'AccessDenied' }]);
    const copy = { Bucket: BUCKET, Key: 'lava/x', CopySource: `${BUCKET}/other/c` };
    await expect(instance.send(new CopyObjectCommand(copy))).rejects.toMatchObject(denied);
    await get(operator, 'other/c');
  });
});

describe('a bucket policy', () => {
  it('denies single objects, even to the operator', async () => {
    await setPolicy({ Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: `${ARN}/lava/b` });
    await get(operator, 'lava/a');
    await expect(get(operator, 'lava/b')).rejects.toMatchObject({ ...denied, message: /explicit deny/ });
  });

  it('demands encryption', async () => {
    const Condition = { StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } };
    await setPolicy({ Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: `${ARN}/*`, Condition });
    const put = (more: object) => operator.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'e', Body: '', ...more }));
    await expect(put({})).rejects.toMatchObject(denied);
    await expect(put({ ServerSideEncryption: 'AES256' })).rejects.toMatchObject(denied);
    await put({ ServerSideEncryption: 'aws:kms' });
  });

  it('demands TLS', async () => {
    const Condition = { Bool: { 'aws:SecureTransport': 'false' } };
    await setPolicy({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: `${ARN}/*`, Condition });
    await expect(get(operator, 'lava/a')).rejects.toMatchObject(denied);
  });

  it('allows an instance what its role does not', async () => {
    grant({ Effect: 'Allow', Action: 'ec2:*', Resource: '*' });
    await expect(get(instance, 'lava/a')).rejects.toMatchObject(denied);
    const Principal = { AWS: 'arn:aws:iam::123456789012:role/worker' };
    await setPolicy({ Effect: 'Allow', Principal, Action: 's3:GetObject', Resource: `${ARN}/lava/*` });
    await get(instance, 'lava/a');
  });

  it('is read back as it was put, and can always be taken back by the operator', async () => {
    await expect(operator.send(new GetBucketPolicyCommand({ Bucket: BUCKET }))).rejects.toMatchObject({
      name: 'NoSuchBucketPolicy',
    });
    await setPolicy({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: [ARN, `${ARN}/*`] });
    await expect(get(operator, 'lava/a')).rejects.toMatchObject(denied);
    const { Policy } = await operator.send(new GetBucketPolicyCommand({ Bucket: BUCKET }));
    expect(JSON.parse(Policy!).Statement[0].Effect).toBe('Deny');
    await operator.send(new DeleteBucketPolicyCommand({ Bucket: BUCKET }));
    await get(operator, 'lava/a');
  });

  it('that cannot be understood is refused', async () => {
    const statement = { Effect: 'Deny', Action: 's3:*', Resource: `${ARN}/*` };
    await expect(setPolicy(statement)).rejects.toMatchObject({ name: 'MalformedPolicy' });
    await expect(setPolicy({ ...statement, Principal: '*', Effect: 'Never' })).rejects.toMatchObject({
      name: 'MalformedPolicy',
    });
  });
});
