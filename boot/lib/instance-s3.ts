import type { Fetch } from './crontabs.ts';
import type { Imds } from './imds.ts';
import { instanceCredentials } from './instance-credentials.ts';
import { instanceRegion } from './region.ts';

/** The S3 of the instance's region and partition, read with the credentials of the instance's role. */
export async function instanceS3(imds: Imds): Promise<Fetch> {
  const [region, credentials, domain, { S3 }] = [
    await instanceRegion(imds),
    await instanceCredentials(imds),
    await imds.text('meta-data/services/domain'),
    await import('./s3.ts'), // TLS costs 20 ms to load: not for instances without crontabs
  ];
  const s3 = new S3({ region, credentials, domain: domain ?? 'amazonaws.com' });
  return (bucket, key) => s3.get(bucket, key);
}
