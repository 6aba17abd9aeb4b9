import { expect, it } from 'vitest';
import { awsError } from '../../../test/fake-client.ts';
import { explain, explainAwsError, ifExists, NO_IMAGE, notAsked, refusal } from './errors.ts';

/** A client whose every call is answered by a page that somebody is to log in on. */
const HTML = {
  region: 'ap-southeast-2',
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  maxAttempts: 1,
  requestHandler: {
    handle: async () => ({
      response: new HttpResponse({
        statusCode: 200,
        headers: { 'content-type': 'text/html' },
        body: Readable.from(['<!DOCTYPE html><html><head><meta charset=utf-8><title>Log in</title><body><p>Log in<br>']),
      }),
    }),
  },
};

it.each([
  ['a missing right', awsError('UnauthorizedOperation', 'not you'), 'the right ec2:X is missing (not you)'],
  ['a busy AWS', awsError('RequestLimitExceeded'), expect.stringContaining("AWS is throttling this account's calls")],
  ['anything else that AWS refuses', awsError('InvalidParameter', 'no'), 'AWS refused a call: InvalidParameter: no'],
  ['no credentials', awsError('ExpiredToken', 'late'), 'The AWS credentials have expired. Log in again. (late)'],
  ['what is none of AWS', new TypeError('a bug'), 'TypeError: a bug'],
])('explains %s', (_what, error, expected) => {
  expect(explain(error, 'ec2:X')).toEqual(expected);
});

it('only what is about the right, or the load, is a refusal', () => {
  expect(refusal(awsError('AccessDenied', 'not you'), 's3:X')).toBe('the right s3:X is missing (not you)');
  expect(refusal(awsError('InvalidParameter'), 's3:X')).toBeUndefined();
});

it('what may not be asked is said, any other error is thrown', () => {
  expect(notAsked('Images', awsError('AccessDenied', 'not you'))).toBe(
    'Images: the credentials may not ask that (not you)',
  );
  expect(() => notAsked('Images', awsError('InternalError'))).toThrow('InternalError');
});

it('what does not exist is no answer, and no error', async () => {
  expect(await ifExists(NO_IMAGE, Promise.resolve(1))).toBe(1);
  expect(await ifExists(NO_IMAGE, Promise.reject(awsError('InvalidAMIID.Malformed')))).toBeUndefined();
  await expect(ifExists(NO_IMAGE, Promise.reject(awsError('InternalError')))).rejects.toThrow('InternalError');
});

it.each([
  ['ExpiredToken', 'have expired'],
  ['ExpiredTokenException', 'have expired'],
  ['RequestExpired', 'have expired'],
  ['TokenRefreshRequired', 'have expired'],
  ['TokenProviderError', 'aws sso login'],
  ['UnauthorizedException', 'aws sso login'],
  ['CredentialsProviderError', 'There are no AWS credentials'],
  ['MissingAuthenticationToken', 'There are no AWS credentials'],
  ['InvalidClientTokenId', 'does not know the access key'],
  ['UnrecognizedClientException', 'does not know the access key'],
  ['InvalidAccessKeyId', 'does not know the access key'],
  ['AuthFailure', 'does not accept the credentials'],
  ['InvalidToken', 'does not accept the credentials'],
  ['SignatureDoesNotMatch', 'clock'],
  ['InvalidSignatureException', 'clock'],
  ['RequestTimeTooSkewed', 'clock'],
  ['OptInRequired', 'enable this one'],
  ['InsufficientInstanceCapacity', 'another subnet (another zone) or another instance_type'],
  ['Unsupported', 'another instance_type'],
  ['VcpuLimitExceeded', 'quota'],
  ['Throttling', 'try again in a minute'],
  ['SlowDown', 'try again in a minute'],
])('%s is explained', (name, words) => {
  const said = explainAwsError(awsError(name, 'so it says'));
  expect(said).toContain(words);
  expect(said).toContain('so it says');
});

it('an encoded message comes with what decodes it', () => {
  const text = 'You are not authorized. Encoded authorization failure message: AbC-_123';
  expect(explainAwsError(awsError('UnauthorizedOperation', text))).toBe(
    'The credentials may not do that: UnauthorizedOperation: You are not authorized. What is missing says: ' +
      'aws sts decode-authorization-message --encoded-message AbC-_123',
  );
});

it.each([
  ['ENOTFOUND', 'its name is not known'],
  ['ECONNREFUSED', 'nothing listens there'],
  ['ETIMEDOUT', 'no answer in time'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'NODE_EXTRA_CA_CERTS'],
  ['CERT_HAS_EXPIRED', 'NODE_EXTRA_CA_CERTS'],
])('the way to AWS: %s', (code, words) => {
  expect(explainAwsError(Object.assign(new Error('connect'), { code }))).toContain(words);
});

it.each([
  ['EC2', async () => new (await import('@aws-sdk/client-ec2')).EC2Client(HTML).send(new (await import('@aws-sdk/client-ec2')).DescribeImagesCommand({}))],
  ['S3', async () => new (await import('@aws-sdk/client-s3')).S3Client(HTML).send(new (await import('@aws-sdk/client-s3')).ListObjectsV2Command({ Bucket: 'b' }))],
  ['SSM', async () => new (await import('@aws-sdk/client-ssm')).SSMClient(HTML).send(new (await import('@aws-sdk/client-ssm')).GetParameterCommand({ Name: 'n' }))],
  ['STS', async () => new (await import('@aws-sdk/client-sts')).STSClient(HTML).send(new (await import('@aws-sdk/client-sts')).GetCallerIdentityCommand({}))],
])('the page of a proxy in the place of %s', async (_service, call) => {
  const error = await call().catch(error => error);
  expect(explainAwsError(error)).toContain('What was answered is no answer of AWS');
});
