import { expect, it } from 'vitest';
import { isEncryptedOtherwise } from './encryption.ts';

const ID = '1234abcd-12ab-34cd-56ef-1234567890ab';
const ARN = `arn:aws:kms:eu-west-1:123456789012:key/${ID}`;
const kms = (SSEKMSKeyId?: string) => ({
  ServerSideEncryption: 'aws:kms' as const,
  ...(SSEKMSKeyId && { SSEKMSKeyId }),
});

it.each([
  [{}, {}, false],
  [{}, kms(ARN), false],
  [{ ServerSideEncryption: 'AES256' as const }, { ServerSideEncryption: 'AES256' }, false],
  [{ ServerSideEncryption: 'AES256' as const }, kms(ARN), true],
  [{ ServerSideEncryption: 'AES256' as const }, {}, true],
  [kms(), { ServerSideEncryption: 'AES256' }, true],
  [kms(), kms(ARN), false],
  [kms(), { ServerSideEncryption: 'aws:kms:dsse', SSEKMSKeyId: ARN }, false],
  [kms(ID), kms(ARN), false],
  [kms(ARN), kms(ARN), false],
  [kms('alias/lava'), kms(ARN), false],
  [kms('arn:aws:kms:eu-west-1:123456789012:alias/lava'), kms(ARN), false],
  [kms(ARN), kms(ARN.replace('1234abcd', '9999abcd')), true],
  [kms(ID), kms(), true],
])('asked for %j, got %j: otherwise %s', (asked, got, otherwise) => {
  expect(isEncryptedOtherwise(asked, got)).toBe(otherwise);
});
