import { list, optional, structure, structures } from '../ec2/parameters.ts';
import type { Parameters } from '../service.ts';
import { ACCOUNT, REGION, type State, type Tags } from '../state.ts';
import type { PolicyQuestion } from './policy.ts';

// What EC2 asks of a caller's policies (service authorization reference, "Actions ... for Amazon EC2"): about the
// resources that an action names, those that it makes, the tags that it gives them, and the role that it passes on.

/** What EC2's questions are about. */
export type Ec2State = Pick<
  State,
  'images' | 'instanceProfiles' | 'instances' | 'keyPairs' | 'securityGroups' | 'snapshots' | 'volumes'
>;

interface Resource {
  arn: string;
  tags: Tags;
}

/** Types of resources: where an action names one, what owner is in the ARN, and where it is kept. */
const TYPES = {
  image: { parameter: 'ImageId', prefix: 'ami', owner: '', of: (state: Ec2State) => state.images },
  instance: { parameter: 'InstanceId', prefix: 'i', owner: ACCOUNT, of: (state: Ec2State) => state.instances },
  'key-pair': { parameter: 'KeyName', prefix: 'key', owner: ACCOUNT, of: (state: Ec2State) => state.keyPairs },
  'security-group': {
    parameter: 'GroupId',
    prefix: 'sg',
    owner: ACCOUNT,
    of: (state: Ec2State) => state.securityGroups,
  },
  snapshot: { parameter: 'SnapshotId', prefix: 'snap', owner: '', of: (state: Ec2State) => state.snapshots },
  volume: { parameter: 'VolumeId', prefix: 'vol', owner: ACCOUNT, of: (state: Ec2State) => state.volumes },
};

type Type = keyof typeof TYPES;

/** Actions about resources that are there, with their type; those of tags are about any. Others are asked about as `*`. */
const ABOUT: Record<string, Type> = {
  CreateImage: 'instance',
  DeleteKeyPair: 'key-pair',
  DeleteSecurityGroup: 'security-group',
  DeleteSnapshot: 'snapshot',
  DeleteVolume: 'volume',
  DeregisterImage: 'image',
  DescribeImageAttribute: 'image',
  DescribeSnapshotAttribute: 'snapshot',
  EnableImageDeprecation: 'image',
  GetConsoleOutput: 'instance',
  ModifyImageAttribute: 'image',
  ModifyInstanceAttribute: 'instance',
  ModifySnapshotAttribute: 'snapshot',
  StopInstances: 'instance',
  TerminateInstances: 'instance',
};

/** Actions that make resources whose ARN says so, with their types. */
const MAKING: Record<string, Type[]> = {
  CopyImage: ['image', 'snapshot'],
  CreateImage: ['image', 'snapshot'],
  CreateKeyPair: ['key-pair'],
};

/** All that has to be allowed for a call of EC2. */
export function ec2Questions(name: string, parameters: Parameters, state: Ec2State): PolicyQuestion[] {
  const action = `ec2:${name}`;
  const made = (MAKING[name] ?? []).map(type => ({ arn: arnOf(type, '*'), tags: {} }));
  const resources = [...namedResources(name, parameters, state), ...made];
  const given = name === 'CreateTags' ? requestTags(structures(parameters, 'Tag')) : {};
  const asked = resources.map(({ arn, tags }) => ({
    action,
    resource: arn,
    conditions: { ...everywhere, ...resourceTags(tags), ...given },
  }));
  return [
    ...(asked.length > 0 ? asked : [{ action, resource: '*', conditions: everywhere }]),
    ...tagQuestions(name, parameters),
    ...passQuestions(name, parameters, state),
  ];
}

const everywhere = { 'aws:requestedregion': REGION };

function namedResources(name: string, parameters: Parameters, state: Ec2State): Resource[] {
  if (name === 'CreateTags' || name === 'DeleteTags') {
    return list(parameters, 'ResourceId').map(id => resource(typeOf(id), id, state));
  }
  const type = ABOUT[name];
  return type === undefined ? [] : idsIn(parameters, TYPES[type].parameter).map(id => resource(type, id, state));
}

/** A parameter that some actions take once and others as a list. */
function idsIn(parameters: Parameters, name: string): string[] {
  return Array.isArray(parameters[name]) ? list(parameters, name) : [optional(parameters, name) ?? []].flat();
}

function typeOf(id: string): Type | undefined {
  const prefix = id.split('-', 1)[0];
  return (Object.keys(TYPES) as Type[]).find(type => TYPES[type].prefix === prefix);
}

/** What is not there has no tags; then a policy decides before EC2 says that it is not there. */
function resource(type: Type | undefined, id: string, state: Ec2State): Resource {
  if (type === undefined) return { arn: arnOf('other', id), tags: {} };
  const all = Object.entries<{ tags: Tags; keyName?: string }>(TYPES[type].of(state));
  const found = all.find(([key, { keyName }]) => key === id || (type === 'key-pair' && keyName === id))?.[1];
  return { arn: arnOf(type, found?.keyName && type === 'key-pair' ? found.keyName : id), tags: found?.tags ?? {} };
}

function arnOf(type: string, id: string): string {
  const owner = Object.hasOwn(TYPES, type) ? TYPES[type as Type].owner : ACCOUNT;
  return `arn:aws:ec2:${REGION}:${owner}:${type}/${id}`;
}

/** Whoever makes resources with tags needs the right to tag as well. */
function tagQuestions(name: string, parameters: Parameters): PolicyQuestion[] {
  return structures(parameters, 'TagSpecification').map(specification => ({
    action: 'ec2:CreateTags',
    resource: arnOf(optional(specification, 'ResourceType') ?? '', '*'),
    conditions: { ...everywhere, 'ec2:createaction': name, ...requestTags(structures(specification, 'Tag')) },
  }));
}

/** Whoever launches an instance with a role passes the role to EC2. */
function passQuestions(name: string, parameters: Parameters, { instanceProfiles }: Ec2State): PolicyQuestion[] {
  if (name !== 'RunInstances') return [];
  const profile = structure(parameters, 'IamInstanceProfile');
  const named = optional(profile, 'Name') ?? optional(profile, 'Arn')?.split('/').at(-1);
  const roles = (named !== undefined && instanceProfiles[named]?.roles) || [];
  return roles.map(passRole);
}

/** The question whether a role may be passed to EC2. */
export function passRole(role: string): PolicyQuestion {
  return {
    action: 'iam:PassRole',
    resource: `arn:aws:iam::${ACCOUNT}:role/${role}`,
    conditions: { 'iam:passedtoservice': 'ec2.amazonaws.com' },
  };
}

function resourceTags(tags: Tags): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tags).map(([key, value]) => [`aws:resourcetag/${key.toLowerCase()}`, value]),
  );
}

function requestTags(tags: Parameters[]): Record<string, string> {
  return Object.fromEntries(
    tags.map(tag => [`aws:requesttag/${(optional(tag, 'Key') ?? '').toLowerCase()}`, optional(tag, 'Value') ?? '']),
  );
}
