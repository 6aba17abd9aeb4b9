/** What AWS knows about a stack without being told (user guide, "Pseudo parameters reference"). */
export interface Pseudo {
  'AWS::AccountId': string;
  'AWS::NotificationARNs': string[];
  'AWS::Partition': string;
  'AWS::Region': string;
  'AWS::StackId': string;
  'AWS::StackName': string;
  'AWS::URLSuffix': string;
}

export const PSEUDO_PARAMETERS = [
  'AWS::AccountId',
  'AWS::NoValue',
  'AWS::NotificationARNs',
  'AWS::Partition',
  'AWS::Region',
  'AWS::StackId',
  'AWS::StackName',
  'AWS::URLSuffix',
];

/** The pseudo parameters of a stack in a region; the partition follows from the region's name. */
export function pseudoParameters(given: {
  account: string;
  region: string;
  stackName: string;
  stackId: string;
  notificationArns?: string[];
}): Pseudo {
  const china = given.region.startsWith('cn-');
  const partition = china ? 'aws-cn' : given.region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
  return {
    'AWS::AccountId': given.account,
    'AWS::NotificationARNs': given.notificationArns ?? [],
    'AWS::Partition': partition,
    'AWS::Region': given.region,
    'AWS::StackId': given.stackId,
    'AWS::StackName': given.stackName,
    'AWS::URLSuffix': china ? 'amazonaws.com.cn' : 'amazonaws.com',
  };
}
