import type { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { settingsFor } from '../aws/clients.ts';

/** The AWS services that know what uses an image. */
export interface Clients {
  autoScaling: AutoScalingClient;
  cloudFormation: CloudFormationClient;
  ec2: EC2Client;
  ssm: SSMClient;
}

/** Clients of everything that may use an image, for one region; loaded at the same time. */
export async function usersClients(region: string): Promise<Clients> {
  const [autoScaling, cloudFormation, ec2, ssm] = await Promise.all([
    import('@aws-sdk/client-auto-scaling'),
    import('@aws-sdk/client-cloudformation'),
    ec2Client(region),
    import('@aws-sdk/client-ssm'),
  ]);
  const settings = settingsFor(region);
  return {
    autoScaling: new autoScaling.AutoScalingClient(settings),
    cloudFormation: new cloudFormation.CloudFormationClient(settings),
    ec2,
    ssm: new ssm.SSMClient(settings),
  };
}

export async function ec2Client(region: string): Promise<EC2Client> {
  const { EC2Client } = await import('@aws-sdk/client-ec2');
  return new EC2Client(settingsFor(region));
}

export async function iamClient(region: string): Promise<IAMClient> {
  const { IAMClient } = await import('@aws-sdk/client-iam');
  return new IAMClient(settingsFor(region));
}
