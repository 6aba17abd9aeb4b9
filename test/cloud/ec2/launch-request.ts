import { arch } from 'node:process';
import { type Caller, Fault, type Parameters } from '../service.ts';
import { ACCOUNT, type Image, type Instance, SECURITY_GROUP_ID, type State, SUBNET_ID, type Tags } from '../state.ts';
import { find, IMAGE, SECURITY_GROUP, SUBNET, select } from './identifiers.ts';
import { findInstanceType } from './instance-types.ts';
import { findKeyPair } from './key-pairs.ts';
import { withLaunchTemplate } from './launch-from-template.ts';
import { defaultVpc } from './network.ts';
import {
  choice,
  flag,
  integer,
  invalidValue,
  list,
  optional,
  required,
  structure,
  structures,
  unsupported,
} from './parameters.ts';
import { type RootVolume, readRootVolume } from './root-volume.ts';
import { groupNamed } from './security-groups.ts';
import { readTagSpecifications } from './tags.ts';

/** Live instances that the local cloud allows; they all run on this machine. */
const INSTANCE_LIMIT = 20;
/** Bytes of user data, before they are put in base64. */
const USER_DATA_LIMIT = 16_384;
const HOST_ARCHITECTURE = arch === 'arm64' ? 'arm64' : 'x86_64';

/** What RunInstances was asked for, checked against what there is. */
export interface LaunchRequest {
  image: Image;
  count: number;
  clientToken?: string;
  publicIp: boolean;
  /** What the instances get from the request as it is. */
  settings: Pick<
    Instance,
    | 'instanceType'
    | 'keyName'
    | 'publicKey'
    | 'subnetId'
    | 'securityGroupIds'
    | 'instanceProfile'
    | 'userData'
    | 'httpTokens'
    | 'httpEndpoint'
    | 'httpPutResponseHopLimit'
    | 'shutdownBehavior'
    | 'monitoring'
  >;
  rootVolume: RootVolume;
  instanceTags: Tags;
  volumeTags: Tags;
}

/** Reads RunInstances' parameters. Throws EC2's refusal of whatever is missing, unknown or contradictory. */
export function readLaunchRequest(state: State, request: Parameters, caller: Caller): LaunchRequest {
  const { parameters, templateTags } = withLaunchTemplate(state, request);
  refuseWhatIsNotThere(parameters);
  const image = readImage(state, parameters);
  const network = readNetwork(state, parameters);
  const tags = readTagSpecifications(parameters, ['instance', 'volume', 'network-interface'], caller);
  const clientToken = optional(parameters, 'ClientToken');
  return {
    image,
    count: readCount(state, parameters),
    ...(clientToken ? { clientToken } : {}),
    publicIp: network.publicIp,
    settings: {
      instanceType: readInstanceType(required(parameters, 'InstanceType'), image.architecture),
      ...readKeyPair(state, parameters),
      subnetId: network.subnetId,
      securityGroupIds: network.securityGroupIds,
      ...readInstanceProfile(state, parameters),
      ...userDataSetting(parameters),
      ...readMetadataOptions(parameters, image),
      monitoring: flag(structure(parameters, 'Monitoring'), 'Enabled') ?? false,
      shutdownBehavior: choice(parameters, 'InstanceInitiatedShutdownBehavior', ['stop', 'terminate']) ?? 'stop',
    },
    rootVolume: readRootVolume(parameters, image, state.snapshots[image.snapshotId]!),
    instanceTags: { ...tags.instance, ...templateTags },
    volumeTags: tags.volume ?? {},
  };
}

/** The name of a type that runs images of this architecture. */
export function readInstanceType(name: string, architecture: Image['architecture']): string {
  const type = findInstanceType(name);
  if (!type) throw new Fault('InvalidParameterValue', `Invalid value '${name}' for InstanceType.`);
  if (type.architecture !== architecture) {
    const types = `The architecture '${type.architecture}' of the specified instance type`;
    const message = `${types} does not match the architecture '${architecture}' of the specified AMI.`;
    throw new Fault('InvalidParameterValue', `${message} Specify an instance type and an AMI that match.`);
  }
  return name;
}

/** User data in base64, which stands for at most 16 KiB; undefined when it is empty. */
export function readUserData(text: string): string | undefined {
  const compact = text.replace(/\s/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/.test(compact)) {
    throw new Fault('InvalidUserData.Malformed', 'Invalid BASE64 encoding of user data.');
  }
  if (Buffer.from(compact, 'base64').length > USER_DATA_LIMIT) {
    throw new Fault('InvalidParameterValue', `User data is limited to ${USER_DATA_LIMIT} bytes`);
  }
  return compact === '' ? undefined : compact;
}

/** What would change what is launched, and isn't there, must not pass in silence. */
function refuseWhatIsNotThere(parameters: Parameters): void {
  const names = ['InstanceMarketOptions', 'PrivateIpAddress', 'Ipv6AddressCount', 'Ipv6Address'];
  const given = names.find(name => parameters[name] !== undefined);
  if (given) throw unsupported(`launch with ${given}`);
}

function readImage(state: State, parameters: Parameters): Image {
  const image = find(state.images, required(parameters, 'ImageId'), IMAGE);
  const { imageId, architecture } = image;
  const isAllowed = image.public || image.ownerId === ACCOUNT || image.launchPermissions.includes(ACCOUNT);
  if (!isAllowed) throw new Fault('AuthFailure', `Not authorized for images: [${imageId}]`, 403);
  if (image.state !== 'available') {
    throw new Fault('InvalidAMIID.Unavailable', `The image ID '${imageId}' is ${image.state}, not available`);
  }
  if (architecture !== HOST_ARCHITECTURE) {
    throw unsupported(`run ${imageId}, an image for ${architecture}, on this machine, which is ${HOST_ARCHITECTURE}`);
  }
  return image;
}

function readCount(state: State, parameters: Parameters): number {
  required(parameters, 'MinCount');
  required(parameters, 'MaxCount');
  const least = integer(parameters, 'MinCount')!;
  const most = integer(parameters, 'MaxCount')!;
  if (least < 1) throw invalidValue('minCount', String(least), 'it must be 1 or more');
  if (most < least) throw invalidValue('maxCount', String(most), 'it must not be less than minCount');
  const live = Object.values(state.instances).filter(instance => instance.state !== 'terminated').length;
  const count = Math.min(most, INSTANCE_LIMIT - live);
  if (count >= least) return count;
  const message = `You have requested more instances (${live + least}) than your current instance limit of`;
  throw new Fault('InstanceLimitExceeded', `${message} ${INSTANCE_LIMIT} allows.`);
}

/** Subnet, groups and address stand on the one network interface or on the request, never on both. */
function readNetwork(state: State, parameters: Parameters) {
  const interfaces = structures(parameters, 'NetworkInterface');
  if (interfaces.length > 1) throw unsupported('launch with more than one network interface');
  const [only] = interfaces;
  if (only && (parameters.SubnetId !== undefined || parameters.SecurityGroupId !== undefined)) {
    const what = parameters.SubnetId === undefined ? 'security groups' : 'subnet ID';
    const message = `Network interfaces and an instance-level ${what} may not be specified on the same request`;
    throw new Fault('InvalidParameterCombination', message);
  }
  if (only && ['NetworkInterfaceId', 'PrivateIpAddress'].some(name => only[name] !== undefined)) {
    throw unsupported('launch with a network interface or a private address that is chosen beforehand');
  }
  const from = only ?? parameters;
  const subnet = find(state.subnets, optional(from, 'SubnetId') ?? defaultSubnet(state), SUBNET);
  const named = list(parameters, 'SecurityGroup').map(name => groupNamed(state, name).groupId);
  const ids = list(from, 'SecurityGroupId');
  const known = ids.length > 0 ? select(state.securityGroups, ids, SECURITY_GROUP).map(({ groupId }) => groupId) : [];
  const securityGroupIds = [...named, ...known];
  return {
    subnetId: subnet.subnetId,
    securityGroupIds: securityGroupIds.length > 0 ? securityGroupIds : [SECURITY_GROUP_ID],
    publicIp: (only && flag(only, 'AssociatePublicIpAddress')) ?? subnet.mapPublicIpOnLaunch,
  };
}

function defaultSubnet(state: State): string {
  defaultVpc(state);
  return SUBNET_ID;
}

function readKeyPair(state: State, parameters: Parameters): Pick<Instance, 'keyName' | 'publicKey'> {
  const keyName = optional(parameters, 'KeyName');
  if (keyName === undefined) return {};
  const keyPair = findKeyPair(state, keyName);
  if (!keyPair) throw new Fault('InvalidKeyPair.NotFound', `The key pair '${keyName}' does not exist`);
  return { keyName, publicKey: keyPair.publicKey };
}

function readInstanceProfile(state: State, parameters: Parameters): Pick<Instance, 'instanceProfile'> {
  const profile = structure(parameters, 'IamInstanceProfile');
  const arn = optional(profile, 'Arn');
  const name = optional(profile, 'Name') ?? arn?.split('/').at(-1);
  if (name === undefined) return {};
  if (Object.hasOwn(state.instanceProfiles, name)) return { instanceProfile: name };
  const which = arn === undefined ? 'name' : 'arn';
  const problem = `Value (${arn ?? name}) for parameter iamInstanceProfile.${which} is invalid.`;
  throw new Fault(
    'InvalidParameterValue',
    `${problem} Invalid IAM Instance Profile ${which === 'arn' ? 'ARN' : 'name'}`,
  );
}

function userDataSetting(parameters: Parameters): Pick<Instance, 'userData'> {
  const userData = readUserData(optional(parameters, 'UserData') ?? '');
  return userData ? { userData } : {};
}

/** An image that demands IMDSv2 sets the default; the request may say otherwise, as on EC2. */
function readMetadataOptions(
  parameters: Parameters,
  { imdsSupport }: Image,
): Pick<Instance, 'httpTokens' | 'httpEndpoint' | 'httpPutResponseHopLimit'> {
  const options = structure(parameters, 'MetadataOptions');
  return {
    httpTokens: choice(options, 'HttpTokens', ['optional', 'required']) ?? (imdsSupport ? 'required' : 'optional'),
    httpEndpoint: choice(options, 'HttpEndpoint', ['enabled', 'disabled']) ?? 'enabled',
    httpPutResponseHopLimit: integer(options, 'HttpPutResponseHopLimit') ?? (imdsSupport ? 2 : 1),
  };
}
