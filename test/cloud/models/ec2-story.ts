import { BASE_IMAGE_ID, type FakeCloud, TYPE } from '../fake-cloud.ts';
import { SUBNET_ID, VPC_ID } from '../state.ts';
import type { Recorder } from './recorder.ts';

const Tags = [{ Key: 'a', Value: 'b' }];
const tagged = (ResourceType: string) => ({ TagSpecifications: [{ ResourceType, Tags }] });
const ssh = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0', Description: 'all' }] };
const PUBLIC_KEY = `ssh-ed25519 ${Buffer.concat([
  Buffer.from([0, 0, 0, 11]),
  Buffer.from('ssh-ed25519'),
  Buffer.from([0, 0, 0, 32]),
  Buffer.alloc(32, 1),
]).toString('base64')}`;

/** Every action of EC2 at least once, on something that has as many fields as can be. */
export async function ec2Story(cloud: FakeCloud, { call }: Recorder): Promise<void> {
  for (const what of ['Regions', 'AvailabilityZones', 'AccountAttributes', 'Vpcs', 'Subnets', 'RouteTables']) {
    await call(`Describe${what}`);
  }
  for (const what of ['VpcEndpoints', 'InstanceTypes', 'InstanceTypeOfferings', 'Images'])
    await call(`Describe${what}`);
  await call('GetEbsEncryptionByDefault');
  const groupId = await network(call);
  const instanceId = await instances(cloud, call, groupId);
  await images(cloud, call, instanceId);
  await templates(call);
  await call('TerminateInstances', { InstanceIds: [instanceId] });
  await cloud.idle();
  await call('DescribeInstances');
  for (const VolumeId of Object.keys(cloud.state.volumes)) await call('DeleteVolume', { VolumeId });
  await call('DeleteSecurityGroup', { GroupId: groupId });
  await call('DeleteKeyPair', { KeyName: 'made' });
}

type Call = Recorder['call'];

async function network(call: Call): Promise<string> {
  const { GroupId } = await call('CreateSecurityGroup', {
    GroupName: 'group',
    Description: 'for tests',
    VpcId: VPC_ID,
    ...tagged('security-group'),
  });
  await call('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [ssh] });
  await call('DescribeSecurityGroups');
  await call('RevokeSecurityGroupIngress', { GroupId, IpPermissions: [ssh] });
  await call('CreateKeyPair', { KeyName: 'made', KeyType: 'rsa', ...tagged('key-pair') });
  await call('ImportKeyPair', { KeyName: 'brought', PublicKeyMaterial: Buffer.from(PUBLIC_KEY) });
  await call('DescribeKeyPairs', { IncludePublicKey: true });
  return GroupId;
}

async function instances(cloud: FakeCloud, call: Call, groupId: string): Promise<string> {
  const { Instances } = await call('RunInstances', {
    ImageId: BASE_IMAGE_ID,
    InstanceType: TYPE,
    MinCount: 1,
    MaxCount: 1,
    KeyName: 'made',
    SubnetId: SUBNET_ID,
    SecurityGroupIds: [groupId],
    UserData: 'eA==',
    BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 9, DeleteOnTermination: false } }],
    ...tagged('instance'),
  });
  const InstanceId: string = Instances[0].InstanceId;
  const InstanceIds = [InstanceId];
  await cloud.idle();
  for (const what of ['Instances', 'InstanceStatus']) await call(`Describe${what}`, { InstanceIds });
  await call('GetConsoleOutput', { InstanceId, Latest: true });
  await call('ModifyInstanceAttribute', { InstanceId, InstanceInitiatedShutdownBehavior: { Value: 'terminate' } });
  await call('ModifyInstanceMetadataOptions', { InstanceId, HttpTokens: 'required' });
  await call('RebootInstances', { InstanceIds });
  await call('StopInstances', { InstanceIds });
  await cloud.idle();
  await call('DescribeInstances', { InstanceIds });
  await call('DescribeInstanceStatus', { InstanceIds, IncludeAllInstances: true });
  await call('StartInstances', { InstanceIds });
  await cloud.idle();
  await call('DescribeVolumes');
  await call('CreateTags', { Resources: InstanceIds, Tags });
  await call('DescribeTags');
  await call('DeleteTags', { Resources: InstanceIds, Tags });
  return InstanceId;
}

async function images(cloud: FakeCloud, call: Call, InstanceId: string): Promise<void> {
  const { ImageId } = await call('CreateImage', { InstanceId, Name: 'image', Description: 'd', ...tagged('image') });
  await cloud.idle();
  const copy = { SourceImageId: ImageId, SourceRegion: 'us-east-1', Name: 'copy', Encrypted: true };
  await call('CopyImage', copy);
  await cloud.idle();
  await call('ModifyImageAttribute', { ImageId, LaunchPermission: { Add: [{ UserId: '111122223333' }] } });
  for (const Attribute of ['launchPermission', 'description'])
    await call('DescribeImageAttribute', { ImageId, Attribute });
  await call('EnableImageDeprecation', { ImageId, DeprecateAt: new Date(Date.now() + 86_400_000) });
  await call('EnableImageDeregistrationProtection', { ImageId });
  await call('DescribeImages', { Owners: ['self'] });
  await call('DisableImageDeprecation', { ImageId });
  await call('DisableImageDeregistrationProtection', { ImageId });
  await call('ResetImageAttribute', { ImageId, Attribute: 'launchPermission' });
  const { Snapshots } = await call('DescribeSnapshots', { OwnerIds: ['self'] });
  const { SnapshotId } = Snapshots.find((snapshot: { Encrypted: boolean }) => !snapshot.Encrypted);
  const share = { Attribute: 'createVolumePermission', SnapshotId };
  await call('ModifySnapshotAttribute', { ...share, OperationType: 'add', UserIds: ['111122223333'] });
  await call('DescribeSnapshotAttribute', share);
  await call('DeregisterImage', { ImageId });
  await call('DeleteSnapshot', { SnapshotId });
}

async function templates(call: Call): Promise<void> {
  const named = { LaunchTemplateName: 'template' };
  const LaunchTemplateData = { ImageId: BASE_IMAGE_ID, InstanceType: TYPE, UserData: 'eA==', ...tagged('instance') };
  await call('CreateLaunchTemplate', { ...named, LaunchTemplateData, VersionDescription: 'first' });
  await call('CreateLaunchTemplateVersion', { ...named, LaunchTemplateData, SourceVersion: '1' });
  await call('DescribeLaunchTemplates');
  await call('DescribeLaunchTemplateVersions', named);
  await call('ModifyLaunchTemplate', { ...named, DefaultVersion: '2' });
  await call('DeleteLaunchTemplateVersions', { ...named, Versions: ['1', '7'] });
  await call('DeleteLaunchTemplate', named);
}
