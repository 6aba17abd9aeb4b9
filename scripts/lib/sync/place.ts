import { join } from 'node:path';
import { ROOT } from '../command/root.ts';
import { reader, type Settings } from '../parameters/settings.ts';
import type { SyncPlace } from './compare.ts';

/** The folder of build resources, and where in S3 it belongs, without whom to ask: plain data. */
export type Place = Omit<SyncPlace, 's3'>;

/** Where the build resources are and belong, as resolved parameters say. */
export function placeOf(settings: Settings): Place {
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
