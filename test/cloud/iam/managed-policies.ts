/** The policies of AWS that roles here may have attached, by name, with what they allow as AWS publishes it. */
const MANAGED: Record<string, { Action: string[]; Resource: string }[]> = {
  AmazonSSMManagedInstanceCore: [
    {
      Action: [
        'ssm:DescribeAssociation',
        'ssm:GetDeployablePatchSnapshotForInstance',
        'ssm:GetDocument',
        'ssm:DescribeDocument',
        'ssm:GetManifest',
        'ssm:GetParameter',
        'ssm:GetParameters',
        'ssm:ListAssociations',
        'ssm:ListInstanceAssociations',
        'ssm:PutInventory',
        'ssm:PutComplianceItems',
        'ssm:PutConfigurePackageResult',
        'ssm:UpdateAssociationStatus',
        'ssm:UpdateInstanceAssociationStatus',
        'ssm:UpdateInstanceInformation',
        'ssmmessages:CreateControlChannel',
        'ssmmessages:CreateDataChannel',
        'ssmmessages:OpenControlChannel',
        'ssmmessages:OpenDataChannel',
        'ec2messages:AcknowledgeMessage',
        'ec2messages:DeleteMessage',
        'ec2messages:FailMessage',
        'ec2messages:GetEndpoint',
        'ec2messages:GetMessages',
        'ec2messages:SendReply',
      ],
      Resource: '*',
    },
  ],
  CloudWatchAgentServerPolicy: [
    {
      Action: [
        'cloudwatch:PutMetricData',
        'ec2:DescribeVolumes',
        'ec2:DescribeTags',
        'logs:PutLogEvents',
        'logs:PutRetentionPolicy',
        'logs:DescribeLogStreams',
        'logs:DescribeLogGroups',
        'logs:CreateLogStream',
        'logs:CreateLogGroup',
        'xray:PutTraceSegments',
        'xray:PutTelemetryRecords',
        'xray:GetSamplingRules',
        'xray:GetSamplingTargets',
        'xray:GetSamplingStatisticSummaries',
      ],
      Resource: '*',
    },
    { Action: ['ssm:GetParameter'], Resource: 'arn:aws:ssm:*:*:parameter/AmazonCloudWatch-*' },
  ],
  AmazonS3ReadOnlyAccess: [
    {
      Action: ['s3:Get*', 's3:List*', 's3:Describe*', 's3-object-lambda:Get*', 's3-object-lambda:List*'],
      Resource: '*',
    },
  ],
};

/** The name of the policy with this ARN; undefined for one that the local cloud does not know. */
export function managedPolicyName(arn: string): string | undefined {
  const name = arn.startsWith('arn:aws:iam::aws:policy/') ? arn.split('/').at(-1)! : '';
  return Object.hasOwn(MANAGED, name) ? name : undefined;
}

/** What the policy with this ARN says, as JSON text. */
export function managedPolicyDocument(arn: string): string {
  const statements = MANAGED[managedPolicyName(arn) ?? ''] ?? [];
  return JSON.stringify({ Version: '2012-10-17', Statement: statements.map(rest => ({ Effect: 'Allow', ...rest })) });
}
