import { type Block, isBlock, textOf, type Value } from '../template/template.ts';
import { retag } from './ec2-tags.ts';
import { physicalName } from './physical-name.ts';
import type { ResourceType, Work } from './resource-type.ts';
import { tagMembers } from './tag-members.ts';

/** AWS::EC2::SecurityGroup, whose rules for outgoing traffic are those that EC2 gives. */
export const securityGroup: ResourceType = {
  properties: {
    GroupDescription: 'replacement',
    GroupName: 'replacement',
    SecurityGroupIngress: 'in place',
    VpcId: 'replacement',
  },
  required: ['GroupDescription'],
  attributes: ['GroupId', 'Id', 'VpcId'],
  tagged: true,
  nameProperty: 'GroupName',
  async create(work, { properties, tags }) {
    const VpcId = textOf(properties.VpcId);
    const { groupId } = await work.call('ec2', 'CreateSecurityGroup', {
      GroupName: textOf(properties.GroupName) ?? physicalName(work, 255),
      GroupDescription: textOf(properties.GroupDescription),
      ...(VpcId !== undefined && { VpcId }),
      TagSpecification: [{ ResourceType: 'security-group', Tag: tagMembers(tags) }],
    });
    work.initiated(groupId);
    await changeRules(work, 'AuthorizeSecurityGroupIngress', groupId, rulesOf(properties.SecurityGroupIngress));
    const { securityGroupInfo } = await work.call('ec2', 'DescribeSecurityGroups', { GroupId: [groupId] });
    return { physicalId: groupId, attributes: { GroupId: groupId, Id: groupId, VpcId: securityGroupInfo[0].vpcId } };
  },
  async update(work, { properties, tags }, { physicalId, properties: before, tags: tagsBefore }) {
    await retag(work, physicalId, tagsBefore, tags);
    const [wanted, current] = [rulesOf(properties.SecurityGroupIngress), rulesOf(before.SecurityGroupIngress)];
    const lacks = (rules: Block[]) => (rule: Block) =>
      !rules.some(other => JSON.stringify(other) === JSON.stringify(rule));
    await changeRules(work, 'AuthorizeSecurityGroupIngress', physicalId, wanted.filter(lacks(current)));
    await changeRules(work, 'RevokeSecurityGroupIngress', physicalId, current.filter(lacks(wanted)));
    return {};
  },
  async remove(work, { physicalId }) {
    await work.call('ec2', 'DeleteSecurityGroup', { GroupId: physicalId });
  },
};

async function changeRules(work: Work, action: string, GroupId: string, rules: Block[]): Promise<void> {
  if (rules.length === 0) return;
  await work.call('ec2', action, { GroupId, IpPermissions: rules.map(permission) });
}

/** One rule of a template as one of EC2's permissions. */
function permission({ IpProtocol, FromPort, ToPort, CidrIp, CidrIpv6, SourceSecurityGroupId, Description }: Block) {
  const description = textOf(Description);
  const about = description === undefined ? {} : { Description: description };
  return {
    IpProtocol: String(IpProtocol),
    ...(FromPort !== undefined && { FromPort: String(FromPort) }),
    ...(ToPort !== undefined && { ToPort: String(ToPort) }),
    ...(CidrIp !== undefined && { IpRanges: [{ CidrIp: String(CidrIp), ...about }] }),
    ...(CidrIpv6 !== undefined && { Ipv6Ranges: [{ CidrIpv6: String(CidrIpv6), ...about }] }),
    ...(SourceSecurityGroupId !== undefined && { Groups: [{ GroupId: String(SourceSecurityGroupId), ...about }] }),
  };
}

function rulesOf(value: Value | undefined): Block[] {
  return (Array.isArray(value) ? value : []).filter(isBlock);
}
