import { isDeepStrictEqual } from 'node:util';
import { Fault, type Parameters, type Service } from '../service.ts';
import { ACCOUNT, REGION, type SecurityGroup, type State, VPC_ID } from '../state.ts';
import type { Ec2Context } from './context.ts';
import { type FilterTable, filtered } from './filters.ts';
import { find, newId, SECURITY_GROUP, select, VPC } from './identifiers.ts';
import { defaultVpc } from './network.ts';
import { paged } from './paging.ts';
import { list, optional, required } from './parameters.ts';
import { type Rule, readRules, rulePermission } from './security-group-rules.ts';
import { readTagSpecifications, tagSet } from './tags.ts';

/** Security groups and their rules for incoming traffic, which are kept but not enforced. */
export function securityGroupActions({ state }: Ec2Context): Service {
  return {
    DescribeSecurityGroups: parameters => {
      const names = list(parameters, 'GroupName');
      for (const name of names) groupNamed(state, name);
      const listed = select(state.securityGroups, list(parameters, 'GroupId'), SECURITY_GROUP).filter(
        ({ groupName }) => names.length === 0 || names.includes(groupName),
      );
      const matching = filtered(listed, parameters, FILTERS);
      const { items, nextToken } = paged(matching, parameters, ({ groupId }) => groupId);
      return { securityGroupInfo: items.map(groupItem), nextToken };
    },
    CreateSecurityGroup: (parameters, { caller }) => {
      const groupName = required(parameters, 'GroupName');
      const description = required(parameters, 'GroupDescription');
      const { vpcId } = find(state.vpcs, optional(parameters, 'VpcId') ?? defaultVpc(state), VPC);
      if (Object.values(state.securityGroups).some(group => group.groupName === groupName && group.vpcId === vpcId)) {
        const message = `The security group '${groupName}' already exists for VPC '${vpcId}'`;
        throw new Fault('InvalidGroup.Duplicate', message);
      }
      const { 'security-group': tags = {} } = readTagSpecifications(parameters, ['security-group'], caller);
      const groupId = newId(SECURITY_GROUP.prefix);
      state.securityGroups[groupId] = { groupId, groupName, description, vpcId, ingress: [], egress: [], tags };
      const securityGroupArn = `arn:aws:ec2:${REGION}:${ACCOUNT}:security-group/${groupId}`;
      return { groupId, securityGroupArn, tagSet: tagSet(tags) };
    },
    DeleteSecurityGroup: parameters => {
      const { groupId, groupName } = namedGroup(state, parameters);
      if (groupName === 'default') {
        const message = `the specified group: "${groupId}" name: "default" cannot be deleted by a user`;
        throw new Fault('CannotDelete', message);
      }
      const isUsed = Object.values(state.instances).some(
        instance => instance.state !== 'terminated' && instance.securityGroupIds.includes(groupId),
      );
      if (isUsed) throw new Fault('DependencyViolation', `resource ${groupId} has a dependent object`);
      delete state.securityGroups[groupId];
      return { return: true, groupId };
    },
    AuthorizeSecurityGroupIngress: parameters => {
      const group = namedGroup(state, parameters);
      const rules = readRules(parameters);
      const known = rules.find(rule => group.ingress.some(other => isDeepStrictEqual(other, rule)));
      if (known) {
        const message = `the specified rule "${JSON.stringify(known)}" already exists`;
        throw new Fault('InvalidPermission.Duplicate', message);
      }
      group.ingress.push(...rules);
      return { return: true };
    },
    RevokeSecurityGroupIngress: parameters => {
      const group = namedGroup(state, parameters);
      const rules = readRules(parameters);
      const unknown = rules.find(rule => !group.ingress.some(other => isDeepStrictEqual(other, rule)));
      if (unknown) {
        throw new Fault('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.');
      }
      group.ingress = group.ingress.filter(other => !rules.some(rule => isDeepStrictEqual(other, rule)));
      return { return: true };
    },
  };
}

/** The group of this name in the default VPC. Throws InvalidGroup.NotFound. */
export function groupNamed({ securityGroups }: State, name: string): SecurityGroup {
  const group = Object.values(securityGroups).find(({ groupName }) => groupName === name);
  if (group) return group;
  const message = `The security group '${name}' does not exist in default VPC '${VPC_ID}'`;
  throw new Fault('InvalidGroup.NotFound', message);
}

function namedGroup(state: State, parameters: Parameters): SecurityGroup {
  const id = optional(parameters, 'GroupId');
  return id === undefined
    ? groupNamed(state, required(parameters, 'GroupName'))
    : find(state.securityGroups, id, SECURITY_GROUP);
}

const FILTERS: FilterTable<SecurityGroup> = {
  description: group => group.description,
  'group-id': group => group.groupId,
  'group-name': group => group.groupName,
  'owner-id': () => ACCOUNT,
  'vpc-id': group => group.vpcId,
};

function groupItem(group: SecurityGroup): object {
  return {
    ownerId: ACCOUNT,
    groupId: group.groupId,
    groupName: group.groupName,
    groupDescription: group.description,
    vpcId: group.vpcId,
    ipPermissions: group.ingress.map(rule => rulePermission(rule as Rule)),
    ipPermissionsEgress: [rulePermission({ protocol: '-1', cidr: '0.0.0.0/0' })],
    tagSet: tagSet(group.tags),
  };
}
