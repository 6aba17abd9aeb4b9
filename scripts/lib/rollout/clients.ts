import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { EC2Client } from '@aws-sdk/client-ec2';
import { UserMistake } from '../command/problems.ts';

/** Where to look: the environment's own account and region, unless it is said. */
export interface Place {
  profile?: string;
  region?: string;
}

/** Throttled calls are common where many stacks are; each waits longer than the one before it. */
const ATTEMPTS = 10;

/** Like the AWS CLI: a profile that is named counts for more than keys in the environment. */
export function useProfile(profile: string | undefined): void {
  if (!profile) return;
  process.env.AWS_PROFILE = profile;
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) delete process.env[name];
}

export async function cloudFormationClient({ region }: Place): Promise<CloudFormationClient> {
  const { CloudFormationClient } = await import('@aws-sdk/client-cloudformation');
  const client = new CloudFormationClient({ ...(region && { region }), maxAttempts: ATTEMPTS });
  await regionOf(client);
  return client;
}

export async function ec2Client({ region }: Place): Promise<EC2Client> {
  const { EC2Client } = await import('@aws-sdk/client-ec2');
  return new EC2Client({ ...(region && { region }), maxAttempts: ATTEMPTS });
}

async function regionOf(client: CloudFormationClient): Promise<string> {
  try {
    return await client.config.region();
  } catch {
    const fix = 'Name one, or set AWS_REGION, or one in the AWS profile.';
    throw new UserMistake([{ parameter: 'region', message: 'is missing', fix }]);
  }
}
