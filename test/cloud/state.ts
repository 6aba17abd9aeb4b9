import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PRIVATE_SUBNET_ID, SECURITY_GROUP_ID, SUBNET_ID, type Tags, VPC_ID, ZONE } from './account.ts';
import type { AutoScalingGroup, ScalingActivity } from './autoscaling/group.ts';
import type { Stack } from './cloudformation/stack.ts';
import type { LaunchTemplate } from './ec2/launch-template.ts';

export * from './account.ts';

export interface Image {
  imageId: string;
  name: string;
  description: string;
  ownerId: string;
  state: 'pending' | 'available' | 'failed';
  stateReason?: string;
  architecture: 'x86_64' | 'arm64';
  creationDate: string;
  deprecationTime?: string;
  public: boolean;
  /** Accounts that may launch it, beside the owner, and organisations and their units, which have ARNs. */
  launchPermissions: string[];
  /** Nobody deregisters it as long as this is here. */
  deregistrationProtection?: 'enabled-without-cooldown' | 'enabled-with-cooldown';
  imdsSupport?: 'v2.0';
  rootDeviceName: string;
  snapshotId: string;
  /** Root file system as folders on this machine, lowest first: the base, then one per generation. */
  layers: string[];
  sourceInstanceId?: string;
  /** What it is a copy of. */
  copyOf?: { imageId: string; region: string };
  tags: Tags;
}

export interface Snapshot {
  snapshotId: string;
  state: 'pending' | 'completed' | 'error';
  description: string;
  ownerId: string;
  volumeId: string;
  volumeSize: number;
  encrypted: boolean;
  /** As it was given; absent where it is encrypted with the key that AWS manages for EBS, or not at all. */
  kmsKeyId?: string;
  /** Accounts, and `all`, that may make volumes of it, beside the owner. */
  createVolumePermissions?: string[];
  startTime: string;
  /** What it holds: the same folders as its image's. They stay for as long as the snapshot does. */
  layers: string[];
  tags: Tags;
}

export interface Volume {
  volumeId: string;
  size: number;
  volumeType: string;
  encrypted: boolean;
  snapshotId: string;
  state: 'in-use' | 'available';
  createTime: string;
  instanceId?: string;
  device?: string;
  deleteOnTermination: boolean;
  tags: Tags;
}

export interface Instance {
  instanceId: string;
  imageId: string;
  state: 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped';
  stateReason?: { code: string; message: string };
  /** When it was terminated; a terminated instance is forgotten after an hour, as on EC2. */
  terminatedAt?: string;
  instanceType: string;
  architecture: 'x86_64' | 'arm64';
  keyName?: string;
  /** In OpenSSH's format, kept here because the key pair may be deleted while the instance lives. */
  publicKey?: string;
  launchTime: string;
  subnetId: string;
  securityGroupIds: string[];
  privateIp: string;
  /** A loopback address of this machine, 127.77.x.y, whose port 22 leads to the instance. */
  publicIp?: string;
  instanceProfile?: string;
  /** Base64, as RunInstances takes it. */
  userData?: string;
  httpTokens: 'optional' | 'required';
  httpEndpoint: 'enabled' | 'disabled';
  /** Kept and answered; the local cloud's network has no hops that count. */
  httpPutResponseHopLimit?: number;
  shutdownBehavior: 'stop' | 'terminate';
  /** Kept and answered: whether metrics come each minute. */
  monitoring?: boolean;
  layers: string[];
  rootDeviceName: string;
  volumeId: string;
  reservationId: string;
  clientToken?: string;
  tags: Tags;
}

export interface KeyPair {
  keyPairId: string;
  keyName: string;
  keyType: 'rsa' | 'ed25519';
  fingerprint: string;
  publicKey: string;
  createTime: string;
  tags: Tags;
}

export interface SecurityGroup {
  groupId: string;
  groupName: string;
  description: string;
  vpcId: string;
  /** As the API was given them; the local cloud keeps rules but does not filter packets. */
  ingress: object[];
  egress: object[];
  tags: Tags;
}

export interface Vpc {
  vpcId: string;
  cidrBlock: string;
  isDefault: boolean;
  tags: Tags;
}

export interface Subnet {
  subnetId: string;
  vpcId: string;
  cidrBlock: string;
  availabilityZone: string;
  mapPublicIpOnLaunch: boolean;
  tags: Tags;
}

export interface Role {
  roleName: string;
  roleId: string;
  path: string;
  description: string;
  createDate: string;
  /** Trust policy, as JSON text. */
  assumeRolePolicyDocument: string;
  /** Inline policies by name, as JSON text. */
  policies: Record<string, string>;
  /** ARNs of the policies of AWS that are attached. */
  managedPolicies?: string[];
  tags: Tags;
}

export interface InstanceProfile {
  instanceProfileName: string;
  instanceProfileId: string;
  path: string;
  createDate: string;
  roles: string[];
  tags: Tags;
}

/** Credentials that IMDS handed to an instance. */
export interface Session {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiration: string;
  role: string;
  instanceId: string;
}

/** Everything the local cloud knows, but for the objects in S3, which are files. */
export interface State {
  images: Record<string, Image>;
  snapshots: Record<string, Snapshot>;
  volumes: Record<string, Volume>;
  instances: Record<string, Instance>;
  launchTemplates: Record<string, LaunchTemplate>;
  keyPairs: Record<string, KeyPair>;
  securityGroups: Record<string, SecurityGroup>;
  vpcs: Record<string, Vpc>;
  subnets: Record<string, Subnet>;
  roles: Record<string, Role>;
  instanceProfiles: Record<string, InstanceProfile>;
  autoScalingGroups: Record<string, AutoScalingGroup>;
  /** Of all groups, deleted ones included, oldest first. */
  scalingActivities: ScalingActivity[];
  /** CloudFormation's stacks, deleted ones included, by id, in the order in which they were made. */
  stacks: Record<string, Stack>;
  /** Texts of stacks' templates, each once. */
  templates: Record<string, string>;
  /** SSM parameters: name to value. */
  parameters: Record<string, string>;
  sessions: Record<string, Session>;
  /** What is in other regions than the first, by region. */
  elsewhere: Record<string, Pick<State, 'images' | 'snapshots'>>;
}

/** An account as a new customer finds it: a default network and nothing else. */
export function newState(): State {
  return {
    images: {},
    snapshots: {},
    volumes: {},
    instances: {},
    launchTemplates: {},
    keyPairs: {},
    securityGroups: {
      [SECURITY_GROUP_ID]: {
        groupId: SECURITY_GROUP_ID,
        groupName: 'default',
        description: 'default VPC security group',
        vpcId: VPC_ID,
        ingress: [],
        egress: [],
        tags: {},
      },
    },
    vpcs: { [VPC_ID]: { vpcId: VPC_ID, cidrBlock: '10.77.0.0/16', isDefault: true, tags: {} } },
    subnets: {
      [SUBNET_ID]: {
        subnetId: SUBNET_ID,
        vpcId: VPC_ID,
        cidrBlock: '10.77.0.0/24',
        availabilityZone: ZONE,
        mapPublicIpOnLaunch: true,
        tags: {},
      },
      [PRIVATE_SUBNET_ID]: {
        subnetId: PRIVATE_SUBNET_ID,
        vpcId: VPC_ID,
        cidrBlock: '10.77.1.0/24',
        availabilityZone: ZONE,
        mapPublicIpOnLaunch: false,
        tags: {},
      },
    },
    roles: {},
    instanceProfiles: {},
    autoScalingGroups: {},
    scalingActivities: [],
    stacks: {},
    templates: {},
    parameters: {},
    sessions: {},
    elsewhere: {},
  };
}

/** Reads the state kept in a folder, or makes a new one; a half-written file cannot occur (see saveState). */
export function loadState(folder: string): State {
  try {
    return { ...newState(), ...JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8')) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return newState();
    throw error;
  }
}

/** Replaces the kept state as a whole: a reader, or a crash, sees the old or the new one. */
export function saveState(folder: string, state: State): void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'state.json');
  writeFileSync(`${file}.new`, JSON.stringify(state, null, 1), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
