/** How S3 is to encrypt what is uploaded; without an algorithm, as the bucket says. */
export interface Encryption {
  ServerSideEncryption?: 'AES256' | 'aws:kms';
  SSEKMSKeyId?: string;
}

/** What S3 says of how an object is encrypted, in any answer. */
export interface Encrypted {
  ServerSideEncryption?: string | undefined;
  SSEKMSKeyId?: string | undefined;
}

/** True under a KMS key, be it once or twice (aws:kms:dsse): the ETag is no checksum there. */
export function usesKms({ ServerSideEncryption = '' }: Encrypted): boolean {
  return ServerSideEncryption.startsWith('aws:kms');
}

/** True when something is encrypted in another way than was asked for, or with another key. */
export function isEncryptedOtherwise(asked: Encryption, { ServerSideEncryption, SSEKMSKeyId }: Encrypted): boolean {
  if (!asked.ServerSideEncryption) return false;
  // Twice with KMS is no less than once.
  if (ServerSideEncryption?.replace(/:dsse$/, '') !== asked.ServerSideEncryption) return true;
  const key = asked.SSEKMSKeyId;
  // S3 answers with the ARN of the key: which one an alias stands for is not known here.
  if (!key || SSEKMSKeyId === undefined || isAlias(key) || isAlias(SSEKMSKeyId)) return false;
  return keyId(key) !== keyId(SSEKMSKeyId);
}

function isAlias(key: string): boolean {
  return /(^|:)alias\//.test(key);
}

/** The id at the end of a key's ARN, or the id itself. */
function keyId(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}
