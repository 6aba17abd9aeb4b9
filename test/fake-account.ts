import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EC2Client } from '@aws-sdk/client-ec2';
import { SSMClient } from '@aws-sdk/client-ssm';
import { type Answers, fakeClients } from './fake-client.ts';

// An account for tests, which uses no image but for what they say.

const NOTHING_USED: Answers = {
  DescribeStacks: {},
  DescribeLaunchTemplates: {},
  DescribeAutoScalingGroups: {},
  DescribeLaunchConfigurations: {},
  DescribeInstances: {},
  DescribeImageAttribute: {},
  DescribeSnapshotAttribute: {},
};

/** Clients of everything that may use an image; what they answer may be changed later in the object returned. */
export function accountWith(more: Answers) {
  const answers = { ...NOTHING_USED, ...more };
  const kinds = {
    autoScaling: AutoScalingClient,
    cloudFormation: CloudFormationClient,
    ec2: EC2Client,
    ssm: SSMClient,
  };
  return { ...fakeClients(kinds, answers), answers };
}
