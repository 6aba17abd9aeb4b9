import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EC2 } from '@aws-sdk/client-ec2';
import { S3 } from '@aws-sdk/client-s3';
import { SSM } from '@aws-sdk/client-ssm';
import { STS } from '@aws-sdk/client-sts';
import { expect, it } from 'vitest';
import { awsError } from '../../../test/fake-client.ts';
import { explain, explainAwsError, ifExists, NO_IMAGE, notAsked, refusal } from './errors.ts';

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

const PAGE = '<!DOCTYPE html><html><head><meta charset=utf-8><title>Log in</title><body><p>Log in<br>';

it.each([
  ['EC2', 200],
  ['EC2', 403],
  ['S3', 200],
  ['S3', 403],
  ['SSM', 200],
  ['SSM', 502],
  ['STS', 200],
  ['STS', 502],
])('the page of a proxy in the place of %s, with status %i', async (service, status) => {
  const server = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'text/html' }).end(PAGE);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const options = {
    region: 'ap-southeast-2',
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
    forcePathStyle: true,
  };
  const calls: Record<string, () => Promise<unknown>> = {
    EC2: () => new EC2(options).describeImages({}),
    S3: () => new S3(options).listObjectsV2({ Bucket: 'b' }),
    SSM: () => new SSM(options).getParameter({ Name: 'n' }),
    STS: () => new STS(options).getCallerIdentity({}),
  };
  const error = await calls[service]!().catch((error: unknown) => error);
  server.closeAllConnections();
  server.close();
  expect(explainAwsError(error), String(error)).toContain('What was answered is no answer of AWS');
});
