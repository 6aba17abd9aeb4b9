import { autoScalingGroup } from '../auto-scaling/group.ts';
import { formatError, type Template } from '../template/template.ts';
import { instanceProfile } from './iam-instance-profile.ts';
import { role } from './iam-role.ts';
import { launchTemplate } from './launch-template.ts';
import type { ResourceType } from './resource-type.ts';
import { securityGroup } from './security-group.ts';
import { waitConditionHandle } from './wait-condition-handle.ts';

/** The types of resources that the local cloud knows. Whatever is not here is refused by name. */
export const RESOURCE_TYPES: Record<string, ResourceType> = {
  'AWS::AutoScaling::AutoScalingGroup': autoScalingGroup,
  'AWS::CloudFormation::WaitConditionHandle': waitConditionHandle,
  'AWS::EC2::LaunchTemplate': launchTemplate,
  'AWS::EC2::SecurityGroup': securityGroup,
  'AWS::IAM::InstanceProfile': instanceProfile,
  'AWS::IAM::Role': role,
};

/** Throws ValidationError for types that the local cloud does not know. */
export function checkTypes({ resources }: Template): void {
  const types = new Set(Object.values(resources).map(({ Type }) => Type));
  const unknown = [...types].filter(type => !Object.hasOwn(RESOURCE_TYPES, type));
  if (unknown.length === 0) return;
  throw formatError(`Unrecognized resource types: [${unknown.join(', ')}]: the local cloud does not know them`);
}

/** What a template's resources call for beside the right to make stacks (API reference, CreateStack, Capabilities). */
export function neededCapabilities({ resources, transforms }: Template): { capabilities: string[]; types: string[] } {
  const iam = Object.values(resources).filter(({ Type }) => Type.startsWith('AWS::IAM::'));
  const named = iam.some(({ Type, Properties }) => {
    const name = RESOURCE_TYPES[Type]?.nameProperty;
    return name !== undefined && (Properties as Record<string, unknown> | undefined)?.[name] !== undefined;
  });
  const capabilities = [
    ...(iam.length > 0 ? [named ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM'] : []),
    ...(transforms.length > 0 ? ['CAPABILITY_AUTO_EXPAND'] : []),
  ];
  return { capabilities, types: [...new Set(iam.map(({ Type }) => Type))] };
}
