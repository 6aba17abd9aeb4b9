import { isBlock, textOf, type Value } from '../template/template.ts';
import { nameOr } from './physical-name.ts';
import type { ResourceType, WantedResource, Work } from './resource-type.ts';
import { tagMembers } from './tag-members.ts';

/** AWS::IAM::Role. */
export const role: ResourceType = {
  properties: {
    AssumeRolePolicyDocument: 'in place',
    Description: 'in place',
    ManagedPolicyArns: 'in place',
    MaxSessionDuration: 'in place',
    Path: 'replacement',
    Policies: 'in place',
    RoleName: 'replacement',
  },
  required: ['AssumeRolePolicyDocument'],
  attributes: ['Arn', 'RoleId'],
  tagged: true,
  nameProperty: 'RoleName',
  async create(work, wanted) {
    const RoleName = nameOr(work, wanted, 'RoleName', 64);
    const { Path, Description } = wanted.properties;
    const answer = await work.call('iam', 'CreateRole', {
      RoleName,
      AssumeRolePolicyDocument: document(wanted.properties.AssumeRolePolicyDocument),
      ...(textOf(Path) !== undefined && { Path: textOf(Path) }),
      ...(textOf(Description) !== undefined && { Description: textOf(Description) }),
      Tags: tagMembers(wanted.tags),
    });
    work.initiated(RoleName);
    await putPolicies(work, RoleName, wanted, { policies: [], managed: [] });
    return { physicalId: RoleName, attributes: { Arn: answer.Role.Arn, RoleId: answer.Role.RoleId } };
  },
  async update(work, wanted, { physicalId: RoleName, properties, tags }) {
    await work.call('iam', 'UpdateAssumeRolePolicy', {
      RoleName,
      PolicyDocument: document(wanted.properties.AssumeRolePolicyDocument),
    });
    const gone = Object.keys(tags).filter(key => !Object.hasOwn(wanted.tags, key));
    if (gone.length > 0) await work.call('iam', 'UntagRole', { RoleName, TagKeys: gone });
    await work.call('iam', 'TagRole', { RoleName, Tags: tagMembers(wanted.tags) });
    const policies = policiesOf(properties.Policies).map(({ name }) => name);
    await putPolicies(work, RoleName, wanted, { policies, managed: textsOf(properties.ManagedPolicyArns) });
    return {};
  },
  async remove(work, { physicalId: RoleName }) {
    const { PolicyNames } = await work.call('iam', 'ListRolePolicies', { RoleName });
    for (const PolicyName of PolicyNames) await work.call('iam', 'DeleteRolePolicy', { RoleName, PolicyName });
    const { AttachedPolicies } = await work.call('iam', 'ListAttachedRolePolicies', { RoleName });
    for (const { PolicyArn } of AttachedPolicies) await work.call('iam', 'DetachRolePolicy', { RoleName, PolicyArn });
    await work.call('iam', 'DeleteRole', { RoleName });
  },
};

/** Brings a role's policies from what they were to what they are to be. */
async function putPolicies(
  work: Work,
  RoleName: string,
  { properties }: WantedResource,
  before: { policies: string[]; managed: string[] },
): Promise<void> {
  const policies = policiesOf(properties.Policies);
  const managed = textsOf(properties.ManagedPolicyArns);
  for (const { name, text } of policies) {
    await work.call('iam', 'PutRolePolicy', { RoleName, PolicyName: name, PolicyDocument: text });
  }
  for (const PolicyArn of managed) await work.call('iam', 'AttachRolePolicy', { RoleName, PolicyArn });
  for (const PolicyName of before.policies.filter(name => !policies.some(policy => policy.name === name))) {
    await work.call('iam', 'DeleteRolePolicy', { RoleName, PolicyName });
  }
  for (const PolicyArn of before.managed.filter(arn => !managed.includes(arn))) {
    await work.call('iam', 'DetachRolePolicy', { RoleName, PolicyArn });
  }
}

function policiesOf(value: Value | undefined): { name: string; text: string }[] {
  return (Array.isArray(value) ? value : []).map(policy => ({
    name: (isBlock(policy) && textOf(policy.PolicyName)) || '',
    text: document(isBlock(policy) ? policy.PolicyDocument : undefined),
  }));
}

function textsOf(value: Value | undefined): string[] {
  return (Array.isArray(value) ? value : []).map(String);
}

/** A policy, which a template may write as an object or as JSON text. */
function document(value: Value | undefined): string {
  return textOf(value) ?? JSON.stringify(value ?? {});
}
