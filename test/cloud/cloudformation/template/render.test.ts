import { expect, test } from 'vitest';
import { render } from './render.ts';

const WORKER = `
AWSTemplateFormatVersion: '2010-09-09'
Description: a worker
Parameters:
  realm: { Type: String, AllowedPattern: '[a-z]+' }
  amiId: { Type: AWS::EC2::Image::Id }
  instanceType: { Type: String, Default: '' }
  secGroups: { Type: List<AWS::EC2::SecurityGroup::Id>, Default: 'sg-1, sg-2' }
  max: { Type: Number, Default: 2, MinValue: 1 }
Mappings:
  Sizes: { us-east-1: { root: 16 } }
Conditions:
  typed: !Not [!Equals [!Ref instanceType, '']]
  open: !Or [!Equals [!Ref realm, public], !And [{Condition: typed}, !Equals [a, b]]]
Resources:
  Group:
    Type: AWS::AutoScaling::AutoScalingGroup
    UpdatePolicy: { AutoScalingRollingUpdate: { PauseTime: !Sub 'PT\${max}M' } }
    Properties:
      MaxSize: !Ref max
      LaunchTemplate: { LaunchTemplateId: !Ref Template, Version: !GetAtt Template.LatestVersionNumber }
  Role:
    Type: AWS::IAM::Role
    Condition: typed
  Template:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        ImageId: !Ref amiId
        InstanceType: !If [typed, !Ref instanceType, !Ref AWS::NoValue]
        SecurityGroupIds: !Ref secGroups
        Size: !FindInMap [Sizes, !Ref AWS::Region, root]
        UserData:
          Fn::Base64: !Sub |
            realm: \${realm} \${!Literal} \${AWS::StackName}
Outputs:
  Name: { Value: !Join ['-', [!Ref realm, !Select [1, !Ref secGroups]]], Export: { Name: !Sub '\${AWS::StackName}-x' } }
  Role: { Condition: typed, Value: !GetAtt Role.Arn }
`;

test('a template of a worker comes out with all its functions done, and in order', () => {
  const { resources, outputs, conditions, parameters } = render(WORKER, { realm: 'dev', amiId: 'ami-1' });
  expect(Object.keys(resources)).toEqual(['Template', 'Group']);
  expect(resources.Group).toMatchObject({
    Properties: {
      MaxSize: '2',
      LaunchTemplate: { LaunchTemplateId: 'Template', Version: 'Template.LatestVersionNumber' },
    },
    UpdatePolicy: { AutoScalingRollingUpdate: { PauseTime: 'PT2M' } },
  });
  const { UserData, ...data } = resources.Template!.Properties.LaunchTemplateData as Record<string, string>;
  expect(data).toEqual({ ImageId: 'ami-1', SecurityGroupIds: ['sg-1', 'sg-2'], Size: 16 });
  expect(Buffer.from(UserData!, 'base64').toString()).toBe('realm: dev ${Literal} sample\n');
  expect(outputs).toEqual({ Name: { Value: 'dev-sg-2', ExportName: 'sample-x' } });
  expect(conditions).toEqual({ typed: false, open: false });
  expect(parameters.secGroups).toEqual(['sg-1', 'sg-2']);
});

test('another value of a parameter changes what there is', () => {
  const { resources, outputs } = render(WORKER, { realm: 'public', amiId: 'ami-1', instanceType: 't3.micro' });
  expect(Object.keys(resources).sort()).toEqual(['Group', 'Role', 'Template']);
  expect(resources.Template!.Properties.LaunchTemplateData).toMatchObject({ InstanceType: 't3.micro' });
  expect(outputs.Role).toEqual({ Value: 'Role.Arn' });
});

test('JSON says the same as YAML', () => {
  const template = {
    Parameters: { name: { Type: 'String' } },
    Resources: { A: { Type: 'X', Properties: { Text: { 'Fn::Sub': ['${a}/${name}', { a: { Ref: 'name' } }] } } } },
  };
  expect(render(JSON.stringify(template), { name: 'n' }).resources.A!.Properties).toEqual({ Text: 'n/n' });
});

test.each([
  ['no value', {}, 'Parameters: [realm, amiId] must have values'],
  ['an unknown one', { realm: 'a', amiId: 'b', x: '' }, 'Parameters: [x] do not exist in the template'],
  ['a pattern', { realm: 'A', amiId: 'b' }, "Parameter 'realm' must match pattern [a-z]+"],
  ['no number', { realm: 'a', amiId: 'b', max: 'x' }, "Parameter 'max' must be a number"],
  ['a small one', { realm: 'a', amiId: 'b', max: '0' }, "Parameter 'max' must be a number not less than 1"],
])('a parameter with %s is refused', (_what, parameters, message) => {
  expect(() => render(WORKER, parameters as Record<string, string>)).toThrow(message);
});
