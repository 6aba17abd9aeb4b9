/** Types of parameters whose value must be in the account, and where EC2 keeps such (user guide, "AWS-specific parameter types"). */
const ACCOUNT_TYPES = [
  'AWS::EC2::AvailabilityZone::Name',
  'AWS::EC2::Image::Id',
  'AWS::EC2::Instance::Id',
  'AWS::EC2::KeyPair::KeyName',
  'AWS::EC2::SecurityGroup::GroupName',
  'AWS::EC2::SecurityGroup::Id',
  'AWS::EC2::Subnet::Id',
  'AWS::EC2::VPC::Id',
  'AWS::EC2::Volume::Id',
] as const;

export type AccountType = (typeof ACCOUNT_TYPES)[number];

export interface ParameterType {
  list: boolean;
  /** What each value is: text, a number, or the name of something in the account. */
  of: 'String' | 'Number' | AccountType;
  /** The value is the name of a parameter of Systems Manager, which holds the one that is meant. */
  stored: boolean;
}

/** What a parameter's `Type` means; undefined for one that there is not. */
export function parameterType(type: string): ParameterType | undefined {
  const stored = /^AWS::SSM::Parameter::Value<(.+)>$/.exec(type)?.[1];
  if (stored !== undefined) {
    const inner = parameterType(stored);
    return inner && !inner.stored && inner.of !== 'Number' ? { ...inner, stored: true } : undefined;
  }
  if (type === 'CommaDelimitedList') return { list: true, of: 'String', stored: false };
  const item = /^List<(.+)>$/.exec(type)?.[1];
  const of = ['String', 'Number', ...ACCOUNT_TYPES].find(known => known === (item ?? type));
  return of === undefined ? undefined : { list: item !== undefined, of: of as ParameterType['of'], stored: false };
}
