import { mkdirSync } from 'node:fs';
import { claimFolder } from '../cloud/folder.ts';
import {
  type Image,
  type Instance,
  newState,
  SECURITY_GROUP_ID,
  type Snapshot,
  type State,
  SUBNET_ID,
  saveState,
  type Tags,
} from '../cloud/state.ts';
import { emptyImage } from '../rollout/empty-image.ts';

// Puts an account into a folder of the local cloud in which there is something to keep in order: images of many ages,
// what uses them, and what interrupted builds left. None of it was ever a machine. Prints nothing but names as shell
// variables, for tests and for the documentation.

const NOW = Date.now();
const ago = (days: number) => new Date(NOW - days * 86_400_000);
/** As image names and build ids have it. */
const stamp = (days: number) =>
  ago(days)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-');
const id = (prefix: string, number: number) => `${prefix}-0${String(number).padStart(16, '0')}`;
const ACCOUNT_OF_OTHERS = '111122223333';

const state: State = newState();

function addImage(number: number, days: number, more: Partial<Image> = {}, ofSnapshot: Partial<Snapshot> = {}): string {
  const kind = more.architecture === 'arm64' ? 'amzn2023-py3.11-arm64' : 'debian12-py3.11-x86_64';
  const name = `lava-9.9.9-${kind}-${stamp(days)}`;
  const tags: Tags = {
    Name: name,
    BuildId: `${stamp(days)}-00${String(number).padStart(2, '0')}`,
    PythonVersion: '3.11.9',
  };
  const snapshotId = id('snap', number);
  const imageId = id('ami', number);
  const creationDate = ago(days).toISOString();
  const { image, snapshot } = emptyImage({ imageId, snapshotId, name, creationDate, architecture: 'x86_64', tags });
  // As EC2 describes what packer's encryption makes.
  const description = `Copied for DestinationAmi ${imageId} from SourceAmi ${id('ami', 9000 + number)} for SourceSnapshot ${id('snap', 9000 + number)}. Task created on 1.`;
  state.snapshots[snapshotId] = {
    ...snapshot,
    description,
    kmsKeyId: 'alias/lava',
    tags: { Name: name },
    ...ofSnapshot,
  };
  state.images[imageId] = { ...image, ...more };
  return imageId;
}

function addInstance(number: number, imageId: string, tags: Tags): string {
  const instanceId = id('i', number);
  const instance: Instance = {
    instanceId,
    imageId,
    state: 'stopped',
    instanceType: 't3.micro',
    architecture: 'x86_64',
    launchTime: ago(5).toISOString(),
    subnetId: SUBNET_ID,
    securityGroupIds: [SECURITY_GROUP_ID],
    privateIp: `10.77.0.${number}`,
    httpTokens: 'required',
    httpEndpoint: 'enabled',
    shutdownBehavior: 'stop',
    layers: [],
    rootDeviceName: '/dev/xvda',
    volumeId: id('vol', number),
    reservationId: id('r', number),
    tags,
  };
  state.instances[instanceId] = instance;
  addVolume(number, tags, instanceId);
  return instanceId;
}

function addVolume(number: number, tags: Tags, instanceId?: string): void {
  const volumeId = id('vol', number);
  state.volumes[volumeId] = {
    volumeId,
    size: 8,
    volumeType: 'gp3',
    encrypted: false,
    snapshotId: id('snap', 1),
    state: instanceId ? 'in-use' : 'available',
    createTime: ago(3).toISOString(),
    ...(instanceId && { instanceId, device: '/dev/xvda' }),
    deleteOnTermination: true,
    tags,
  };
}

function addKeyPair(number: number, buildId: string, tags: Tags): void {
  const keyPairId = id('key', number);
  const createTime = ago(3).toISOString();
  const keyName = `lava-ami-${buildId}`;
  state.keyPairs[keyPairId] = {
    keyPairId,
    keyName,
    keyType: 'ed25519',
    fingerprint: 'x',
    publicKey: '',
    createTime,
    tags,
  };
}

/** What a build that was killed while it copied its image leaves behind. */
function addInterruptedBuild(buildId: string, tags: Tags): void {
  addKeyPair(1, buildId, tags);
  addVolume(90, tags);
  const groupId = id('sg', 1);
  const group = { groupId, groupName: 'packer_5f', description: '', vpcId: '', ingress: [], egress: [], tags };
  state.securityGroups[groupId] = group;
  const roleName = 'packer-5f';
  const [roleId, instanceProfileId] = ['AROA0', 'AIPA0'];
  const createDate = ago(3).toISOString();
  const common = { path: '/', createDate, tags };
  state.roles[roleName] = {
    ...common,
    roleName,
    roleId,
    description: '',
    assumeRolePolicyDocument: '{}',
    policies: { p: '{}' },
  };
  state.instanceProfiles[roleName] = { ...common, instanceProfileName: roleName, instanceProfileId, roles: [roleName] };
  const description = `Created by CreateImage(${id('i', 99)}) for ${id('ami', 99)}`;
  const sourceInstanceId = id('i', 99);
  addImage(
    99,
    3,
    { name: 'qnnGIKj', tags, imdsSupport: 'v2.0', sourceInstanceId },
    { description, encrypted: false, tags: {} },
  );
}

const names: Record<string, string> = {
  NEWEST: addImage(1, 1),
  IN_STACK: addImage(2, 100),
  IN_TEMPLATE: addImage(3, 110),
  SHARED: addImage(4, 120, { launchPermissions: [ACCOUNT_OF_OTHERS] }),
  IN_INSTANCE: addImage(5, 130),
  BEFORE_IN_STACK: addImage(11, 135),
  UNUSED: addImage(6, 140),
  LONG_DEPRECATED: addImage(7, 150, { deprecationTime: ago(20).toISOString() }),
  JUST_DEPRECATED: addImage(8, 160, { deprecationTime: ago(5).toISOString() }),
  PROTECTED: addImage(9, 170, { deregistrationProtection: 'enabled-without-cooldown' }),
  ONLY_ARM: addImage(10, 200, { architecture: 'arm64' }),
};
addInstance(20, names.IN_INSTANCE ?? '', { Name: 'worker' });

const temporary = (buildId: string): Tags => ({ Name: `building lava-9.9.9-${buildId}`, BuildId: buildId });
names.OLD_BUILD = `${stamp(3)}-aaaa`;
names.YOUNG_BUILD = `${stamp(0.1)}-bbbb`;
names.KEPT_BUILD = `${stamp(5)}-cccc`;
addInterruptedBuild(names.OLD_BUILD, temporary(names.OLD_BUILD));
addKeyPair(2, names.YOUNG_BUILD, temporary(names.YOUNG_BUILD));
addInstance(21, names.NEWEST ?? '', { ...temporary(names.KEPT_BUILD), Kept: 'yes' });

const [folder = ''] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
claimFolder(folder);
saveState(folder, state);
for (const [name, value] of Object.entries(names)) console.log(`export ${name}=${value}`);
