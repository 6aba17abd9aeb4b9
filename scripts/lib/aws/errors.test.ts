import { expect, it } from 'vitest';
import { awsError } from '../../../test/fake-client.ts';
import { explain, ifExists, NO_IMAGE, notAsked, refusal } from './errors.ts';

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
