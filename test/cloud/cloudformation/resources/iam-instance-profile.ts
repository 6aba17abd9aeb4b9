import { textOf, type Value } from '../template/template.ts';
import { nameOr } from './physical-name.ts';
import type { ResourceType } from './resource-type.ts';

/** AWS::IAM::InstanceProfile. Its properties have no tags, so CloudFormation gives it none. */
export const instanceProfile: ResourceType = {
  properties: { InstanceProfileName: 'replacement', Path: 'replacement', Roles: 'in place' },
  required: ['Roles'],
  attributes: ['Arn'],
  tagged: false,
  nameProperty: 'InstanceProfileName',
  async create(work, wanted) {
    const InstanceProfileName = nameOr(work, wanted, 'InstanceProfileName', 128);
    const Path = textOf(wanted.properties.Path);
    const answer = await work.call('iam', 'CreateInstanceProfile', {
      InstanceProfileName,
      ...(Path !== undefined && { Path }),
    });
    work.initiated(InstanceProfileName);
    for (const RoleName of rolesOf(wanted.properties.Roles)) {
      await work.call('iam', 'AddRoleToInstanceProfile', { InstanceProfileName, RoleName });
    }
    return { physicalId: InstanceProfileName, attributes: { Arn: answer.InstanceProfile.Arn } };
  },
  async update(work, { properties }, { physicalId: InstanceProfileName, properties: before }) {
    const [wanted, current] = [rolesOf(properties.Roles), rolesOf(before.Roles)];
    for (const RoleName of current.filter(name => !wanted.includes(name))) {
      await work.call('iam', 'RemoveRoleFromInstanceProfile', { InstanceProfileName, RoleName });
    }
    for (const RoleName of wanted.filter(name => !current.includes(name))) {
      await work.call('iam', 'AddRoleToInstanceProfile', { InstanceProfileName, RoleName });
    }
    return {};
  },
  async remove(work, { physicalId: InstanceProfileName }) {
    const { InstanceProfile } = await work.call('iam', 'GetInstanceProfile', { InstanceProfileName });
    for (const { RoleName } of InstanceProfile.Roles) {
      await work.call('iam', 'RemoveRoleFromInstanceProfile', { InstanceProfileName, RoleName });
    }
    await work.call('iam', 'DeleteInstanceProfile', { InstanceProfileName });
  },
};

function rolesOf(value: Value | undefined): string[] {
  return (Array.isArray(value) ? value : []).map(String);
}
