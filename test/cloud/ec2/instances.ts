import { Fault, type Parameters, type Service } from '../service.ts';
import { ACCOUNT, type Instance, type State, VPC_ID, ZONE } from '../state.ts';
import type { Ec2Context } from './context.ts';
import { type FilterTable, filtered } from './filters.ts';
import { INSTANCE, select } from './identifiers.ts';
import { stateItem } from './instance-lifecycle.ts';
import { paged } from './paging.ts';
import { list } from './parameters.ts';
import { tagSet } from './tags.ts';

/** DescribeInstances. */
export function instanceActions({ state }: Ec2Context): Service {
  return {
    DescribeInstances: parameters => {
      refusePagesOfNamed(parameters);
      const listed = select(state.instances, list(parameters, 'InstanceId'), INSTANCE);
      const matching = filtered(listed, parameters, INSTANCE_FILTERS);
      const { items, nextToken } = paged(matching, parameters, ({ instanceId }) => instanceId);
      const reservations = Object.values(Object.groupBy(items, ({ reservationId }) => reservationId));
      return { reservationSet: reservations.map(instances => reservation(instances!, state)), nextToken };
    },
  };
}

/** EC2 gives instances that are named in one answer. Throws InvalidParameterCombination. */
export function refusePagesOfNamed(parameters: Parameters): void {
  if (list(parameters, 'InstanceId').length === 0 || parameters.MaxResults === undefined) return;
  const message = 'The parameter instancesSet cannot be used with the parameter maxResults';
  throw new Fault('InvalidParameterCombination', message);
}

/** The instances that one RunInstances launched, as EC2 answers them. */
export function reservation(instances: Instance[], state: State): object {
  return {
    reservationId: instances[0]!.reservationId,
    ownerId: ACCOUNT,
    groupSet: [],
    instancesSet: instances.map((instance, index) => instanceItem(instance, index, state)),
  };
}

/** An instance's host name inside the VPC. */
export function privateDnsName(privateIp: string): string {
  return `ip-${privateIp.replaceAll('.', '-')}.ec2.internal`;
}

/** Whether an instance has a network: a terminated one has given its addresses back. */
function isAlive({ state }: Instance): boolean {
  return state !== 'terminated';
}

/** Like EC2, gives a public address only while the machine runs. */
function publicIpOf(instance: Instance): string | undefined {
  return ['pending', 'running'].includes(instance.state) ? instance.publicIp : undefined;
}

export const INSTANCE_FILTERS: FilterTable<Instance> = {
  architecture: instance => instance.architecture,
  'availability-zone': () => ZONE,
  'block-device-mapping.volume-id': instance => instance.volumeId,
  'client-token': instance => instance.clientToken,
  'iam-instance-profile.arn': instance => instance.instanceProfile && profileArn(instance.instanceProfile),
  'image-id': instance => instance.imageId,
  'instance-id': instance => instance.instanceId,
  'instance-state-code': instance => (stateItem(instance.state) as { code: number }).code,
  'instance-state-name': instance => instance.state,
  'instance-type': instance => instance.instanceType,
  'instance.group-id': instance => instance.securityGroupIds,
  'ip-address': publicIpOf,
  'key-name': instance => instance.keyName,
  'launch-time': instance => instance.launchTime,
  'metadata-options.http-tokens': instance => instance.httpTokens,
  'owner-id': () => ACCOUNT,
  'private-ip-address': instance => (isAlive(instance) ? instance.privateIp : undefined),
  'reservation-id': instance => instance.reservationId,
  'root-device-type': () => 'ebs',
  'state-reason-code': instance => instance.stateReason?.code,
  'subnet-id': instance => (isAlive(instance) ? instance.subnetId : undefined),
  'vpc-id': instance => (isAlive(instance) ? VPC_ID : undefined),
};

function instanceItem(instance: Instance, index: number, state: State): object {
  const { stateReason } = instance;
  return {
    instanceId: instance.instanceId,
    imageId: instance.imageId,
    instanceState: stateItem(instance.state),
    stateReason,
    reason: stateReason?.code.startsWith('Client.User') ? 'User initiated' : '',
    keyName: instance.keyName,
    amiLaunchIndex: index,
    productCodes: [],
    instanceType: instance.instanceType,
    launchTime: instance.launchTime,
    placement: { availabilityZone: ZONE, groupName: '', tenancy: 'default' },
    monitoring: { state: instance.monitoring ? 'enabled' : 'disabled' },
    ...(isAlive(instance) ? networkFields(instance, state) : { privateDnsName: '', dnsName: '' }),
    architecture: instance.architecture,
    rootDeviceType: 'ebs',
    rootDeviceName: instance.rootDeviceName,
    blockDeviceMapping: blockDevices(instance, state),
    virtualizationType: 'hvm',
    hypervisor: 'xen',
    clientToken: instance.clientToken ?? '',
    ebsOptimized: false,
    enaSupport: true,
    iamInstanceProfile: instance.instanceProfile ? profileItem(instance.instanceProfile, state) : undefined,
    metadataOptions: metadataOptions(instance),
    tagSet: tagSet(instance.tags),
  };
}

function networkFields(instance: Instance, state: State): object {
  return {
    privateDnsName: privateDnsName(instance.privateIp),
    // A public address is one of this machine's own; no name leads to it.
    dnsName: '',
    privateIpAddress: instance.privateIp,
    ipAddress: publicIpOf(instance),
    subnetId: instance.subnetId,
    vpcId: VPC_ID,
    sourceDestCheck: true,
    groupSet: instance.securityGroupIds.map(groupId => ({
      groupId,
      groupName: state.securityGroups[groupId]?.groupName,
    })),
  };
}

function blockDevices({ rootDeviceName, volumeId }: Instance, state: State): object[] {
  const volume = state.volumes[volumeId];
  if (!volume?.instanceId) return [];
  const { createTime, deleteOnTermination } = volume;
  const ebs = { volumeId, status: 'attached', attachTime: createTime, deleteOnTermination };
  return [{ deviceName: rootDeviceName, ebs }];
}

/** An instance's metadata options as EC2 answers them. */
export function metadataOptions({ httpTokens, httpEndpoint, httpPutResponseHopLimit }: Instance): object {
  return {
    state: 'applied',
    httpTokens,
    httpPutResponseHopLimit: httpPutResponseHopLimit ?? 1,
    httpEndpoint,
    httpProtocolIpv6: 'disabled',
    instanceMetadataTags: 'disabled',
  };
}

/** The profile may have been deleted since the launch; the instance keeps its name. */
function profileItem(name: string, state: State): object {
  const profile = state.instanceProfiles[name];
  return { arn: profileArn(name, profile?.path), id: profile?.instanceProfileId };
}

function profileArn(name: string, path = '/'): string {
  return `arn:aws:iam::${ACCOUNT}:instance-profile${path}${name}`;
}
