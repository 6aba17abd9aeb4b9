import { Fault } from '../service.ts';
import { type State, ZONE } from '../state.ts';
import type { CloudFormationContext } from './context.ts';
import { RESOURCE_TYPES } from './resources/resource-types.ts';
import type { Stack } from './stack.ts';
import type { Account } from './template/parameters.ts';
import type { Surroundings } from './template/plan.ts';
import { templateError } from './template/template.ts';

/** What the functions of a stack's template see of its resources as they are now. */
export function surroundingsOf({ state }: Pick<CloudFormationContext, 'state'>, stack: Stack): Surroundings {
  const resource = (logicalId: string) => {
    const found = stack.resources[logicalId];
    if (found) return found;
    throw templateError(`the resource ${logicalId} is not there yet`);
  };
  return {
    ref: logicalId => resource(logicalId).physicalId,
    attribute: (logicalId, name) => {
      const { attributes } = resource(logicalId);
      if (Object.hasOwn(attributes, name)) return attributes[name]!;
      throw templateError(`resource ${logicalId} does not support attribute type ${name} in Fn::GetAtt`);
    },
    exported: name => exportedValue(state, name),
    zones: () => [ZONE],
  };
}

/** What stands for resources when only the text of a template counts: their names, which no change of theirs changes. */
export function namesOnly(state: State): Surroundings {
  return {
    ref: logicalId => `{${logicalId}}`,
    attribute: (logicalId, name) => `{${logicalId}.${name}}`,
    exported: name => exportedValue(state, name),
    zones: () => [ZONE],
  };
}

/** Throws ValidationError for attributes that no resource of the type has. */
export function checkAttribute(type: string, logicalId: string, attribute: string): void {
  if (RESOURCE_TYPES[type]?.attributes.includes(attribute)) return;
  throw templateError(`resource ${logicalId} does not support attribute type ${attribute} in Fn::GetAtt`);
}

/** The account, as parameters of AWS-specific types are checked against it. */
export function accountOf(state: State): Account {
  const groups = () => Object.values(state.securityGroups);
  return {
    stored: name => (Object.hasOwn(state.parameters, name) ? state.parameters[name] : undefined),
    has: (type, value) => {
      switch (type) {
        case 'AWS::EC2::AvailabilityZone::Name':
          return value === ZONE;
        case 'AWS::EC2::Image::Id':
          return Object.hasOwn(state.images, value);
        case 'AWS::EC2::Instance::Id':
          return Object.hasOwn(state.instances, value);
        case 'AWS::EC2::KeyPair::KeyName':
          return Object.values(state.keyPairs).some(({ keyName }) => keyName === value);
        case 'AWS::EC2::SecurityGroup::GroupName':
          return groups().some(({ groupName }) => groupName === value);
        case 'AWS::EC2::SecurityGroup::Id':
          return Object.hasOwn(state.securityGroups, value);
        case 'AWS::EC2::Subnet::Id':
          return Object.hasOwn(state.subnets, value);
        case 'AWS::EC2::VPC::Id':
          return Object.hasOwn(state.vpcs, value);
        case 'AWS::EC2::Volume::Id':
          return Object.hasOwn(state.volumes, value);
      }
    },
  };
}

function exportedValue({ stacks }: State, name: string): string {
  for (const { outputs, status } of Object.values(stacks)) {
    if (status === 'DELETE_COMPLETE') continue;
    const found = Object.values(outputs).find(({ ExportName }) => ExportName === name);
    if (found) return found.Value;
  }
  throw new Fault('ValidationError', `No export named ${name} found`);
}
