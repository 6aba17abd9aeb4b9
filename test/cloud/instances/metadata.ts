import { randomBytes } from 'node:crypto';
import { ACCOUNT, type Instance, REGION, type Session, type State, ZONE } from '../state.ts';
import { macOf } from './network.ts';

/** How long credentials of a role live, and how much of that must be left for them to be handed out again; in ms. */
const LIFETIME = 6 * 60 * 60 * 1000;
const MARGIN = 15 * 60 * 1000;

/**
 * The trees `meta-data` and `dynamic` of one instance (EC2 user guide, "Instance metadata categories"). A function is
 * a file that is made when it is read.
 */
export function metadataOf(instance: Instance, state: State, changed: () => void): Record<string, unknown> {
  const { instanceId, imageId, instanceType, privateIp, publicIp, rootDeviceName } = instance;
  const hostname = `${hostnameOf(privateIp)}.ec2.internal`;
  const mac = macOf(privateIp);
  const groups = instance.securityGroupIds.map(id => state.securityGroups[id]?.groupName ?? id).join('\n');
  const metadata = {
    'ami-id': imageId,
    'ami-launch-index': '0',
    'ami-manifest-path': '(unknown)',
    'block-device-mapping': { ami: rootDeviceName, root: rootDeviceName },
    hostname,
    ...iam(instance, state, changed),
    'instance-action': 'none',
    'instance-id': instanceId,
    'instance-life-cycle': 'on-demand',
    'instance-type': instanceType,
    'local-hostname': hostname,
    'local-ipv4': privateIp,
    mac,
    placement: { 'availability-zone': ZONE, region: REGION },
    ...(publicIp && { 'public-ipv4': publicIp }),
    ...publicKeys(instance),
    'reservation-id': instance.reservationId,
    'security-groups': groups,
    services: { domain: 'amazonaws.com', partition: 'aws' },
  };
  const document = {
    accountId: ACCOUNT,
    architecture: instance.architecture,
    availabilityZone: ZONE,
    imageId,
    instanceId,
    instanceType,
    pendingTime: instance.launchTime,
    privateIp,
    region: REGION,
    version: '2017-09-30',
  };
  return { 'meta-data': metadata, dynamic: { 'instance-identity': { document: JSON.stringify(document, null, 2) } } };
}

/** The name an instance has by its private address: `ip-10-77-0-10`. */
export function hostnameOf(privateIp: string): string {
  return `ip-${privateIp.replaceAll('.', '-')}`;
}

/** The listing names the key (`0=name`), the folder of the key is just `0`. */
function publicKeys({ keyName, publicKey }: Instance): object {
  if (!publicKey) return {};
  const keys = { [`0=${keyName}`]: '' };
  Object.defineProperty(keys, '0', { value: { 'openssh-key': publicKey }, enumerable: false });
  return { 'public-keys': keys };
}

function iam(instance: Instance, state: State, changed: () => void): object {
  const name = instance.instanceProfile;
  const profile = name === undefined ? undefined : state.instanceProfiles[name];
  if (!profile) return {};
  const info = {
    Code: 'Success',
    LastUpdated: new Date().toISOString(),
    InstanceProfileArn: `arn:aws:iam::${ACCOUNT}:instance-profile${profile.path}${profile.instanceProfileName}`,
    InstanceProfileId: profile.instanceProfileId,
  };
  const [role] = profile.roles;
  const credentials = role
    ? { [role]: () => JSON.stringify(credentialsOf(instance, role, state, changed), null, 2) }
    : {};
  return { iam: { info: JSON.stringify(info, null, 2), 'security-credentials': credentials } };
}

function credentialsOf({ instanceId }: Instance, role: string, state: State, changed: () => void): object {
  const now = Date.now();
  let session = Object.values(state.sessions).find(
    known => known.instanceId === instanceId && known.role === role && Date.parse(known.expiration) > now + MARGIN,
  );
  if (!session) {
    session = newSession(instanceId, role, new Date(now + LIFETIME));
    state.sessions[session.accessKeyId] = session;
    changed();
  }
  return {
    Code: 'Success',
    LastUpdated: new Date(Date.parse(session.expiration) - LIFETIME).toISOString(),
    Type: 'AWS-HMAC',
    AccessKeyId: session.accessKeyId,
    SecretAccessKey: session.secretAccessKey,
    Token: session.sessionToken,
    Expiration: session.expiration.replace(/\.\d+Z$/, 'Z'),
  };
}

function newSession(instanceId: string, role: string, expires: Date): Session {
  return {
    accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(96).toString('base64'),
    expiration: expires.toISOString(),
    role,
    instanceId,
  };
}
