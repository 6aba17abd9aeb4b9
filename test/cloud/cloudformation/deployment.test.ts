import {
  CreateStackCommand,
  DeleteStackCommand,
  RollbackStackCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { RunInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { BASE_IMAGE_ID, type FakeCloud, fakeCloud, TYPE } from '../fake-cloud.ts';
import { VPC_ID } from '../state.ts';
import { describe, events, settled } from './worker-stack.ts';

const TRUST = `
        Version: '2012-10-17'
        Statement: [{ Effect: Allow, Principal: { Service: ec2.amazonaws.com }, Action: sts:AssumeRole }]`;

/** A stack of one role and one security group, and of what is added. */
const template = (path: string, ports: number[], more = '') => `
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      Path: ${path}
      AssumeRolePolicyDocument: ${TRUST}
      Tags: [{ Key: own, Value: x }]
  Profile:
    Type: AWS::IAM::InstanceProfile
    Properties: { Roles: [!Ref Role] }
  Ports:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: ports
      VpcId: ${VPC_ID}
      SecurityGroupIngress:
${ports.map(port => `        - { IpProtocol: tcp, FromPort: ${port}, ToPort: ${port}, CidrIp: 10.0.0.0/8 }`).join('\n')}
${more}
Outputs:
  Group: { Value: !GetAtt Ports.GroupId, Export: { Name: ports } }
  Vpc: { Value: !GetAtt Ports.VpcId }
`;

const input = (TemplateBody: string) => ({
  StackName: 'stack',
  TemplateBody,
  Capabilities: ['CAPABILITY_IAM' as const],
});

async function made(body: string): Promise<FakeCloud> {
  const cloud = await fakeCloud();
  await cloud.cloudFormation.send(new CreateStackCommand(input(body)));
  expect(await settled(cloud, 'stack')).toBe('CREATE_COMPLETE');
  return cloud;
}

async function update(cloud: FakeCloud, body: string, more: object = {}): Promise<string> {
  await cloud.cloudFormation.send(new UpdateStackCommand({ ...input(body), ...more }));
  return settled(cloud, 'stack');
}

const group = ({ state }: FakeCloud) =>
  Object.values(state.securityGroups).find(({ description }) => description === 'ports');

test('what can be changed is changed in place, the rest is replaced, and what is left goes last', async () => {
  const cloud = await made(template('/a/', [22, 80]));
  const [old] = Object.keys(cloud.state.roles);
  const before = group(cloud)!.groupId;
  expect(await update(cloud, template('/b/', [80, 443]))).toBe('UPDATE_COMPLETE');
  const [role, ...others] = Object.values(cloud.state.roles);
  expect(others).toEqual([]);
  expect(role).toMatchObject({ path: '/b/', tags: { own: 'x', 'aws:cloudformation:logical-id': 'Role' } });
  expect(role!.roleName).not.toBe(old);
  const [profile] = Object.values(cloud.state.instanceProfiles);
  expect(profile!.roles).toEqual([role!.roleName]);
  expect(group(cloud)!.groupId).toBe(before);
  expect(group(cloud)!.ingress).toMatchObject([{ fromPort: 80 }, { fromPort: 443 }]);
  const said = await events(cloud, 'stack');
  expect(said).toContain(
    'Role UPDATE_IN_PROGRESS: Requested update requires the creation of a new physical resource; hence creating one.',
  );
  expect(said.slice(-4)).toEqual([
    'stack UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    'Role DELETE_IN_PROGRESS',
    'Role DELETE_COMPLETE',
    'stack UPDATE_COMPLETE',
  ]);
});

test('a later failure takes all of it back, replacements and additions too', async () => {
  const cloud = await made(template('/a/', [22]));
  const [old] = Object.keys(cloud.state.roles);
  const more = `
  Late:
    Type: AWS::EC2::LaunchTemplate
    DependsOn: [Profile, Ports]
    Properties: { LaunchTemplateData: { NoSuchThing: x } }`;
  const { Outputs } = await describe(cloud, 'stack');
  expect(await update(cloud, template('/b/', [443], more))).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(Object.keys(cloud.state.roles)).toEqual([old]);
  expect(Object.values(cloud.state.instanceProfiles)[0]!.roles).toEqual([old]);
  expect(group(cloud)!.ingress).toMatchObject([{ fromPort: 22 }]);
  expect((await describe(cloud, 'stack')).Outputs).toEqual(Outputs);
  expect(await events(cloud, 'stack')).toContainEqual(
    expect.stringMatching(
      /^Late CREATE_FAILED: .*LaunchTemplateData.NoSuchThing is not recognized \(Service: Ec2, Status Code: 400/,
    ),
  );
  // Asked to leave it as it is, CloudFormation leaves a stack that can be taken back later.
  expect(await update(cloud, template('/a/', [443], more), { DisableRollback: true })).toBe('UPDATE_FAILED');
  expect(group(cloud)!.ingress).toMatchObject([{ fromPort: 443 }]);
  await cloud.cloudFormation.send(new RollbackStackCommand({ StackName: 'stack' }));
  expect(await settled(cloud, 'stack')).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(group(cloud)!.ingress).toMatchObject([{ fromPort: 22 }]);
});

test('a resource that is taken out of the template goes, unless it is to be retained', async () => {
  const handle = (policy: string) => `
  Handle: { Type: AWS::EC2::LaunchTemplate, ${policy} Properties: { LaunchTemplateData: { InstanceType: t3.micro } } }`;
  const cloud = await made(template('/', [22], handle('')));
  expect(await update(cloud, template('/', [22]))).toBe('UPDATE_COMPLETE');
  expect(cloud.state.launchTemplates).toEqual({});
  await update(cloud, template('/', [22], handle('DeletionPolicy: Retain,')));
  expect(await update(cloud, template('/', [22]))).toBe('UPDATE_COMPLETE');
  expect(Object.keys(cloud.state.launchTemplates)).toHaveLength(1);
  expect(await events(cloud, 'stack')).toContain('Handle DELETE_SKIPPED');
});

test('a stack whose resource is in use is not deleted, and can be deleted later', async () => {
  const cloud = await made(template('/', [22]));
  const { StackId } = await describe(cloud, 'stack');
  const SecurityGroupIds = [group(cloud)!.groupId];
  const launch = {
    ImageId: BASE_IMAGE_ID,
    InstanceType: TYPE as 't3.micro',
    MinCount: 1,
    MaxCount: 1,
    SecurityGroupIds,
  };
  const { Instances } = await cloud.ec2.send(new RunInstancesCommand(launch));
  const remove = () => cloud.cloudFormation.send(new DeleteStackCommand({ StackName: 'stack' }));
  await remove();
  expect(await settled(cloud, 'stack')).toBe('DELETE_FAILED');
  expect(await describe(cloud, 'stack')).toMatchObject({
    StackStatusReason: 'The following resource(s) failed to delete: [Ports]. ',
  });
  expect(cloud.state.roles).toEqual({});
  await cloud.ec2.send(new TerminateInstancesCommand({ InstanceIds: [Instances![0]!.InstanceId!] }));
  await cloud.idle();
  await remove();
  expect(await settled(cloud, StackId)).toBe('DELETE_COMPLETE');
});

test('another stack finds what a stack exports', async () => {
  const cloud = await made(template('/', [22]));
  const importing = `
Resources: { H: { Type: AWS::CloudFormation::WaitConditionHandle } }
Outputs: { Got: { Value: !ImportValue ports } }`;
  await cloud.cloudFormation.send(new CreateStackCommand({ StackName: 'other', TemplateBody: importing }));
  await settled(cloud, 'other');
  expect((await describe(cloud, 'other')).Outputs).toMatchObject([{ OutputValue: group(cloud)!.groupId }]);
});

test('a property that is missing, or that is not known, is an event', async () => {
  const cloud = await fakeCloud();
  const body = 'Resources: { G: { Type: AWS::AutoScaling::AutoScalingGroup, Properties: { MinSize: 1, Foo: 1 } } }';
  await cloud.cloudFormation.send(new CreateStackCommand({ StackName: 'stack', TemplateBody: body }));
  expect(await settled(cloud, 'stack')).toBe('ROLLBACK_COMPLETE');
  expect(await events(cloud, 'stack')).toContain(
    'G CREATE_FAILED: Properties validation failed for resource of type AWS::AutoScaling::AutoScalingGroup: #: required key [MaxSize] not found; #: extraneous key [Foo] is not permitted: the local cloud does not know it',
  );
});
