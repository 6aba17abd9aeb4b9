import type { EC2Client } from '@aws-sdk/client-ec2';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { STSClient } from '@aws-sdk/client-sts';

/** The AWS services that a build talks to. */
export interface Aws {
  ec2: EC2Client;
  iam: IAMClient;
  s3: S3Client;
  ssm: SSMClient;
  sts: STSClient;
}

/**
 * Clients for one region, with the credentials and endpoints that the environment and the AWS profile give. Each
 * client takes a while to load, so a command loads those it needs, all at the same time.
 */
export async function awsClients(region: string): Promise<Aws> {
  const [ec2, iam, s3, ssm, sts] = await Promise.all([
    import('@aws-sdk/client-ec2'),
    import('@aws-sdk/client-iam'),
    s3Client(region),
    import('@aws-sdk/client-ssm'),
    stsClient(region),
  ]);
  const settings = settingsFor(region);
  return {
    ec2: new ec2.EC2Client(settings),
    iam: new iam.IAMClient(settings),
    s3,
    ssm: new ssm.SSMClient(settings),
    sts,
  };
}

export async function s3Client(region: string): Promise<S3Client> {
  const { S3Client } = await import('@aws-sdk/client-s3');
  return new S3Client({ ...settingsFor(region), followRegionRedirects: true });
}

export async function stsClient(region: string): Promise<STSClient> {
  const { STSClient } = await import('@aws-sdk/client-sts');
  return new STSClient(settingsFor(region));
}

/** What every client is made with: a call that is throttled or lost is tried five times. */
export function settingsFor(region: string) {
  return { region, maxAttempts: 5 };
}
