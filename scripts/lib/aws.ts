import { EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';

/** The AWS services that a build talks to. */
export interface Aws {
  ec2: EC2Client;
  iam: IAMClient;
  s3: S3Client;
  ssm: SSMClient;
  sts: STSClient;
}

/** Clients for one region, with the credentials and endpoints that the environment and the AWS profile give. */
export function awsClients(region: string): Aws {
  const settings = { region, maxAttempts: 5 };
  return {
    ec2: new EC2Client(settings),
    iam: new IAMClient(settings),
    s3: new S3Client({ ...settings, followRegionRedirects: true }),
    ssm: new SSMClient(settings),
    sts: new STSClient(settings),
  };
}
