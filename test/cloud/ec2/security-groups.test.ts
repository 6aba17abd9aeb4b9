import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupIngressCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { type FakeCloud, fakeCloud } from '../fake-cloud.ts';
import { SECURITY_GROUP_ID, VPC_ID } from '../state.ts';
import { launchOne } from './launch-fake.ts';

test('a new group is told by its identifier and its ARN', async () => {
  const { ec2 } = await fakeCloud();
  const made = await ec2.send(new CreateSecurityGroupCommand({ GroupName: 'new', Description: 'for tests' }));
  expect(made.SecurityGroupArn).toBe(`arn:aws:ec2:us-east-1:123456789012:security-group/${made.GroupId}`);
});

async function newGroup({ ec2 }: FakeCloud, GroupName = 'group'): Promise<string> {
  const { GroupId } = await ec2.send(new CreateSecurityGroupCommand({ GroupName, Description: 'for tests' }));
  return GroupId!;
}

const ssh = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0', Description: 'all' }] };

test('rules are added, told and taken away', async () => {
  const cloud = await fakeCloud();
  const GroupId = await newGroup(cloud);
  const rules = async () => {
    const { SecurityGroups } = await cloud.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }));
    return SecurityGroups![0]!.IpPermissions;
  };
  const authorize = () => cloud.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [ssh] }));
  const revoke = () => cloud.ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: [ssh] }));
  await authorize();
  expect(await rules()).toMatchObject([ssh]);
  await expect(authorize()).rejects.toMatchObject({ name: 'InvalidPermission.Duplicate' });
  await revoke();
  expect(await rules()).toEqual([]);
  await expect(revoke()).rejects.toMatchObject({ name: 'InvalidPermission.NotFound' });
  await cloud.ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId,
      IpProtocol: 'udp',
      FromPort: 1,
      ToPort: 2,
      CidrIp: '10.0.0.0/8',
    }),
  );
  expect(await rules()).toMatchObject([{ IpProtocol: 'udp', FromPort: 1, ToPort: 2 }]);
});

test.each([
  [{ ...ssh, IpRanges: [{ CidrIp: 'everywhere' }] }, 'InvalidParameterValue'],
  [{ ...ssh, ToPort: 65_536 }, 'InvalidParameterValue'],
  [{ ...ssh, IpRanges: [] }, 'MissingParameter'],
])('%j is no rule', async (permission, name) => {
  const cloud = await fakeCloud();
  const command = new AuthorizeSecurityGroupIngressCommand({ GroupId: SECURITY_GROUP_ID, IpPermissions: [permission] });
  await expect(cloud.ec2.send(command)).rejects.toMatchObject({ name });
});

test('a group goes only when no instance uses it; the default one never', async () => {
  const cloud = await fakeCloud();
  const GroupId = await newGroup(cloud);
  const remove = (id: string) => cloud.ec2.send(new DeleteSecurityGroupCommand({ GroupId: id }));
  const instanceId = await launchOne(cloud, { SecurityGroupIds: [GroupId] });
  await expect(remove(GroupId)).rejects.toMatchObject({
    name: 'DependencyViolation',
    message: `resource ${GroupId} has a dependent object`,
  });
  await cloud.ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
  await cloud.behind.idle();
  await remove(GroupId);
  await expect(remove(GroupId)).rejects.toMatchObject({ name: 'InvalidGroup.NotFound' });
  await expect(remove(SECURITY_GROUP_ID)).rejects.toMatchObject({ name: 'CannotDelete' });
});

test('groups are found by name and VPC; a filter finds what there is and does not mind the rest', async () => {
  const cloud = await fakeCloud();
  const GroupId = await newGroup(cloud);
  await expect(newGroup(cloud)).rejects.toMatchObject({ name: 'InvalidGroup.Duplicate' });
  const found = async (input: object) => {
    const { SecurityGroups = [] } = await cloud.ec2.send(new DescribeSecurityGroupsCommand(input));
    return SecurityGroups.map(group => group.GroupId);
  };
  expect(await found({ GroupNames: ['group'] })).toEqual([GroupId]);
  expect(await found({ Filters: [{ Name: 'group-id', Values: [GroupId, 'sg-00000000'] }] })).toEqual([GroupId]);
  expect(await found({ Filters: [{ Name: 'vpc-id', Values: [VPC_ID] }] })).toHaveLength(2);
  await expect(found({ GroupNames: ['none'] })).rejects.toMatchObject({ name: 'InvalidGroup.NotFound' });
});
