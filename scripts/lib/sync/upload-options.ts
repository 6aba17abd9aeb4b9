import type { S3Client } from '@aws-sdk/client-s3';
import type { Encryption } from './encryption.ts';

/** Where a file goes, and how. */
export interface UploadOptions {
  s3: S3Client;
  bucket: string;
  key: string;
  encryption: Encryption;
  /** Folder in which is kept which uploads were begun. */
  records: string;
  signal: AbortSignal;
  /** Called with the number of bytes that have arrived. */
  arrived: (bytes: number) => void;
}
