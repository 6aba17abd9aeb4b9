/** A worker stack as lava has them, small: role, profile, launch template and group, which waits for signals. */
export const WORKER = `
AWSTemplateFormatVersion: '2010-09-09'
Description: worker
Parameters:
  realm: { Type: String }
  worker: { Type: String, Default: core }
  amiId: { Type: AWS::EC2::Image::Id }
  workerInstanceType: { Type: String, Default: t3.micro }
  workerInstancesMax: { Type: Number, Default: 2 }
  minInService: { Type: Number, Default: 1 }
  secret: { Type: String, NoEcho: true, Default: hidden }
  patience: { Type: String, Default: PT1M }
Conditions:
  Launched: !Not [!Equals [!Ref realm, none]]
Resources:
  Role:
    Type: AWS::IAM::Role
    Condition: Launched
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{ Effect: Allow, Principal: { Service: ec2.amazonaws.com }, Action: sts:AssumeRole }]
      ManagedPolicyArns: [!Sub 'arn:\${AWS::Partition}:iam::aws:policy/AmazonSSMManagedInstanceCore']
      Policies:
        - PolicyName: signal
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Effect: Allow
                Action: cloudformation:SignalResource
                Resource: !Ref AWS::StackId
  Profile:
    Type: AWS::IAM::InstanceProfile
    Condition: Launched
    Properties: { Roles: [!Ref Role] }
  Template:
    Type: AWS::EC2::LaunchTemplate
    Condition: Launched
    Properties:
      LaunchTemplateData:
        ImageId: !Ref amiId
        InstanceType: !Ref workerInstanceType
        IamInstanceProfile: { Arn: !GetAtt Profile.Arn }
        MetadataOptions: { HttpTokens: required }
        UserData:
          Fn::Base64: !Sub "realm: \${realm}"
        TagSpecifications:
          - ResourceType: instance
            Tags: [{ Key: Name, Value: !Sub 'lava-\${realm}-\${worker}' }]
  Group:
    Type: AWS::AutoScaling::AutoScalingGroup
    Condition: Launched
    CreationPolicy: { ResourceSignal: { Count: 1, Timeout: !Ref patience } }
    UpdatePolicy:
      AutoScalingRollingUpdate:
        MinInstancesInService: !Ref minInService
        MaxBatchSize: 1
        PauseTime: !Ref patience
        WaitOnResourceSignals: true
        SuspendProcesses: [HealthCheck, ReplaceUnhealthy, AZRebalance, AlarmNotification, ScheduledActions]
    Properties:
      MinSize: 1
      DesiredCapacity: 1
      MaxSize: !Ref workerInstancesMax
      VPCZoneIdentifier: [subnet-0c10d000000000001]
      LaunchTemplate:
        LaunchTemplateId: !Ref Template
        Version: !GetAtt Template.LatestVersionNumber
      Tags: [{ Key: worker, Value: !Ref worker, PropagateAtLaunch: true }]
Outputs:
  Group: { Condition: Launched, Value: !Ref Group, Description: the group }
  Realm: { Value: !Ref realm }
`;

/** A stack that makes nothing in the world. */
export const NOTHING = `
Parameters:
  amiId: { Type: String, Default: none }
  unused: { Type: String, Default: '' }
Resources:
  Handle: { Type: AWS::CloudFormation::WaitConditionHandle }
Outputs:
  Image: { Value: !Ref amiId }
`;
