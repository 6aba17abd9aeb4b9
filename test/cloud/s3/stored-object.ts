import type { ChecksumAlgorithm } from './checksums.ts';

/** S3's checksum of an object: of all its bytes, or of its parts' checksums. */
export interface StoredChecksum {
  algorithm: ChecksumAlgorithm;
  /** Base64; for COMPOSITE followed by `-` and the number of parts. */
  value: string;
  type: 'FULL_OBJECT' | 'COMPOSITE';
}

export interface Encryption {
  algorithm: 'AES256' | 'aws:kms';
  kmsKeyId?: string;
}

/** What the client says about an object beside its bytes. */
export interface Description {
  /** `content-type`, `cache-control` and the like, as they will be sent again. */
  headers: Record<string, string>;
  /** `x-amz-meta-*`, without that prefix. */
  metadata: Record<string, string>;
  tags: Record<string, string>;
  encryption: Encryption;
}

export interface StoredObject extends Description {
  key: string;
  /** Name of the file below `data/` that holds the bytes. */
  blob: string;
  size: number;
  /** Without quotes. */
  etag: string;
  /** ISO 8601, whole seconds, as S3 keeps it. */
  lastModified: string;
  checksum?: StoredChecksum;
}

export interface StoredPart {
  number: number;
  blob: string;
  size: number;
  etag: string;
  lastModified: string;
  checksum?: StoredChecksum;
}

/** A multipart upload that has not been completed. */
export interface Upload extends Description {
  uploadId: string;
  key: string;
  initiated: string;
  checksumAlgorithm?: ChecksumAlgorithm;
  checksumType?: StoredChecksum['type'];
}

export interface BucketSettings {
  region: string;
  creationDate: string;
  /** A bucket policy, as JSON text. */
  policy?: string;
}
