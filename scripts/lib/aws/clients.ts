import type { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { STSClient } from '@aws-sdk/client-sts';
import { guarded } from './calls.ts';

// Clients with the credentials and endpoints that the environment and the AWS profile give. Each takes a while to load,
// so a command loads those it needs, all at the same time.

/** The AWS services that a build talks to. */
export interface Aws {
  ec2: EC2Client;
  iam: IAMClient;
  s3: S3Client;
  ssm: SSMClient;
  sts: STSClient;
}

/** Clients for a build in one region. */
export async function awsClients(region: string): Promise<Aws> {
  const [ec2, iam, s3, ssm, sts] = await Promise.all([
    ec2Client(region),
    iamClient(region),
    s3Client(region),
    ssmClient(region),
    stsClient(region),
  ]);
  return { ec2, iam, s3, ssm, sts };
}

/** The AWS services that know what uses an image. */
export interface ImageUsers {
  autoScaling: AutoScalingClient;
  cloudFormation: CloudFormationClient;
  ec2: EC2Client;
  ssm: SSMClient;
}

/** Clients of everything that may use an image, for one region. */
export async function imageUsersClients(region: string): Promise<ImageUsers> {
  const [{ AutoScalingClient }, cloudFormation, ec2, ssm] = await Promise.all([
    import('@aws-sdk/client-auto-scaling'),
    cloudFormationClient(region),
    ec2Client(region),
    ssmClient(region),
  ]);
  return { autoScaling: guarded(new AutoScalingClient(settingsFor(region))), cloudFormation, ec2, ssm };
}

/** The AWS services that know images and stacks. */
export interface ImagesAndStacks {
  cloudFormation: CloudFormationClient;
  ec2: EC2Client;
}

/**
 * Clients for images and stacks, without a region for that of the environment or the AWS profile. Throttled calls are
 * common where many stacks are; each waits longer than the one before it.
 */
export async function imagesAndStacksClients(region: string | undefined): Promise<ImagesAndStacks> {
  const [cloudFormation, ec2] = await Promise.all([cloudFormationClient(region, 10), ec2Client(region, 10)]);
  return { cloudFormation, ec2 };
}

/** How often a call is tried that is throttled or lost. */
const ATTEMPTS = 5;

/**
 * How long AWS may take to accept a connection, and then be silent, in milliseconds. A part of a file that is on its way
 * is not silence, so what is slow to send may take its time.
 */
const PATIENCE = { connectionTimeout: 5_000, socketTimeout: 30_000 };

async function cloudFormationClient(region?: string, maxAttempts = ATTEMPTS): Promise<CloudFormationClient> {
  const { CloudFormationClient } = await import('@aws-sdk/client-cloudformation');
  return guarded(new CloudFormationClient(settingsFor(region, maxAttempts)));
}

export async function ec2Client(region?: string, maxAttempts = ATTEMPTS): Promise<EC2Client> {
  const { EC2Client } = await import('@aws-sdk/client-ec2');
  return guarded(new EC2Client(settingsFor(region, maxAttempts)));
}

export async function iamClient(region: string): Promise<IAMClient> {
  const { IAMClient } = await import('@aws-sdk/client-iam');
  return guarded(new IAMClient(settingsFor(region)));
}

export async function s3Client(region: string): Promise<S3Client> {
  const { S3Client } = await import('@aws-sdk/client-s3');
  return guarded(new S3Client({ ...settingsFor(region), followRegionRedirects: true }));
}

export async function stsClient(region: string): Promise<STSClient> {
  const { STSClient } = await import('@aws-sdk/client-sts');
  return guarded(new STSClient(settingsFor(region)));
}

async function ssmClient(region: string): Promise<SSMClient> {
  const { SSMClient } = await import('@aws-sdk/client-ssm');
  return guarded(new SSMClient(settingsFor(region)));
}

function settingsFor(region: string | undefined, maxAttempts = ATTEMPTS) {
  return { ...(region && { region }), maxAttempts, requestHandler: PATIENCE };
}

/**
 * Makes every client of this process use a profile. Like the AWS CLI: a profile that is named counts for more than keys
 * in the environment. By the environment, since the clients' own `profile` setting takes credentials and region from the
 * profile but not its endpoint_url; to be called before the first client is made.
 */
export function useProfile(profile: string | undefined): void {
  if (!profile) return;
  process.env.AWS_PROFILE = profile;
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) delete process.env[name];
}
