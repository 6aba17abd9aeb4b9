import { join } from 'node:path';
import { reader, type Settings } from './resolve.ts';
import { ROOT } from './root.ts';
import type { SyncPlace } from './sync/compare.ts';

/** The folder of build resources, and where in S3 it belongs. */
export type Resources = Omit<SyncPlace, 's3'>;

/** Where the build resources are and belong, as resolved parameters say. */
export function resourcesOf(settings: Settings): Resources {
  const value = reader(settings);
  const sse = value('s3_sse');
  const key = value('s3_kms_key');
  return {
    folder: join(ROOT, 'ami/resources.s3'),
    bucket: value('s3bucket'),
    prefix: value('s3prefix'),
    encryption: {
      ...(sse && { ServerSideEncryption: sse as 'AES256' | 'aws:kms' }),
      ...(key && { SSEKMSKeyId: key }),
    },
  };
}
