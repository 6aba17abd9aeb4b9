import { CreateKeyPairCommand, DescribeInstancesCommand, DescribeVolumesCommand } from '@aws-sdk/client-ec2';
import { CreateInstanceProfileCommand } from '@aws-sdk/client-iam';
import { expect, test } from 'vitest';
import { FOREIGN_IMAGE_ID, FOREIGN_TYPE, fakeCloud } from '../fake-cloud.ts';
import { SECURITY_GROUP_ID, SUBNET_ID } from '../state.ts';
import { launchFake, launchOne } from './launch-fake.ts';

test('an instance is pending at first, then running, with everything it was given', async () => {
  const cloud = await fakeCloud();
  await cloud.ec2.send(new CreateKeyPairCommand({ KeyName: 'key', KeyType: 'ed25519' }));
  await cloud.iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'profile' }));
  const [launched] = await launchFake(cloud, {
    KeyName: 'key',
    IamInstanceProfile: { Name: 'profile' },
    UserData: Buffer.from('{"shell": "true"}').toString('base64'),
    TagSpecifications: [
      { ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'it' }] },
      { ResourceType: 'volume', Tags: [{ Key: 'Name', Value: 'its volume' }] },
    ],
  });
  expect(launched).toMatchObject({
    State: { Name: 'pending', Code: 0 },
    KeyName: 'key',
    SubnetId: SUBNET_ID,
    SecurityGroups: [{ GroupId: SECURITY_GROUP_ID, GroupName: 'default' }],
    PrivateIpAddress: '10.77.0.10',
    PrivateDnsName: 'ip-10-77-0-10.ec2.internal',
    PublicIpAddress: '127.77.0.10',
    MetadataOptions: { HttpTokens: 'optional', HttpEndpoint: 'enabled', HttpPutResponseHopLimit: 1 },
    Tags: [{ Key: 'Name', Value: 'it' }],
  });
  const id = launched!.InstanceId!;
  const described = await cloud.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  const instance = described.Reservations![0]!.Instances![0]!;
  expect(instance).toMatchObject({
    State: { Name: 'running', Code: 16 },
    Monitoring: { State: 'disabled' },
    IamInstanceProfile: { Arn: 'arn:aws:iam::123456789012:instance-profile/profile' },
  });
  expect(instance.IamInstanceProfile!.Id).toMatch(/^AIPA[A-Z2-7]{17}$/);
  const { Volumes } = await cloud.ec2.send(
    new DescribeVolumesCommand({ Filters: [{ Name: 'attachment.instance-id', Values: [id] }] }),
  );
  expect(Volumes).toMatchObject([{ Size: 8, State: 'in-use', Tags: [{ Key: 'Name', Value: 'its volume' }] }]);
  expect(cloud.state.instances[id]).toMatchObject({
    publicKey: expect.stringMatching(/^ssh-ed25519 /),
    userData: 'eyJzaGVsbCI6ICJ0cnVlIn0=',
  });
  expect(cloud.machines.booted.get(id)).toEqual({
    instanceId: id,
    layers: ['/base'],
    privateIp: '10.77.0.10',
    publicIp: '127.77.0.10',
  });
});

test('several instances have one reservation and addresses of their own, even when launched at once', async () => {
  const cloud = await fakeCloud();
  const all = (await Promise.all([launchFake(cloud, { MinCount: 2, MaxCount: 2 }), launchFake(cloud)])).flat();
  expect(new Set(all.map(({ PrivateIpAddress }) => PrivateIpAddress)).size).toBe(3);
  expect(new Set(all.map(({ PublicIpAddress }) => PublicIpAddress)).size).toBe(3);
  const { Reservations } = await cloud.ec2.send(new DescribeInstancesCommand({}));
  expect(Reservations!.map(({ Instances }) => Instances!.length).sort()).toEqual([1, 2]);
});

test('a repeated client token gives the same instances; with another request it is refused', async () => {
  const cloud = await fakeCloud();
  const token = { ClientToken: 'once' };
  const id = await launchOne(cloud, token);
  expect(await launchOne(cloud, token)).toBe(id);
  expect(Object.keys(cloud.state.instances)).toEqual([id]);
  await expect(launchOne(cloud, { ...token, InstanceType: 't3.nano' })).rejects.toThrow('inconsistent');
});

test('a dry run is checked, refused as EC2 refuses it, and launches nothing', async () => {
  const cloud = await fakeCloud();
  await expect(launchOne(cloud, { DryRun: true })).rejects.toMatchObject({
    name: 'DryRunOperation',
    $metadata: { httpStatusCode: 412 },
  });
  await expect(launchOne(cloud, { DryRun: true, KeyName: 'none' })).rejects.toMatchObject({
    name: 'InvalidKeyPair.NotFound',
  });
  expect(cloud.state.instances).toEqual({});
});

test('what a network interface says counts', async () => {
  const cloud = await fakeCloud();
  const network = { DeviceIndex: 0, SubnetId: SUBNET_ID, Groups: [SECURITY_GROUP_ID] };
  const [instance] = await launchFake(cloud, {
    NetworkInterfaces: [{ ...network, AssociatePublicIpAddress: false }],
  });
  expect(instance).not.toHaveProperty('PublicIpAddress');
  expect(cloud.machines.booted.get(instance!.InstanceId!)).not.toHaveProperty('publicIp');
});

test('an image that demands IMDSv2 sets the default, which the request may overrule', async () => {
  const cloud = await fakeCloud();
  for (const image of Object.values(cloud.state.images)) image.imdsSupport = 'v2.0';
  const [strict] = await launchFake(cloud);
  expect(strict!.MetadataOptions).toMatchObject({ HttpTokens: 'required', HttpPutResponseHopLimit: 2 });
  const [lax] = await launchFake(cloud, { MetadataOptions: { HttpTokens: 'optional' } });
  expect(lax!.MetadataOptions).toMatchObject({ HttpTokens: 'optional' });
});

test('the root volume can be larger, encrypted, and outlive the instance; other volumes are refused', async () => {
  const cloud = await fakeCloud();
  const root = (Ebs: object) => ({ BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs }] });
  const id = await launchOne(cloud, root({ VolumeSize: 20, Encrypted: true, DeleteOnTermination: false }));
  expect(cloud.state.volumes[cloud.state.instances[id]!.volumeId]).toMatchObject({
    size: 20,
    encrypted: true,
    deleteOnTermination: false,
  });
  await expect(launchOne(cloud, root({ VolumeSize: 4 }))).rejects.toMatchObject({ name: 'InvalidBlockDeviceMapping' });
  await expect(launchOne(cloud, { BlockDeviceMappings: [{ DeviceName: '/dev/xvdb' }] })).rejects.toMatchObject({
    name: 'Unsupported',
  });
});

test.each([
  ['a type that there is not', { InstanceType: 't9.huge' }, 'InvalidParameterValue', 't9.huge'],
  ['a type for other images', { InstanceType: FOREIGN_TYPE }, 'InvalidParameterValue', 'architecture'],
  [
    'an image for other machines',
    { ImageId: FOREIGN_IMAGE_ID, InstanceType: FOREIGN_TYPE },
    'Unsupported',
    'on this machine',
  ],
  ['an image that nobody has', { ImageId: 'ami-00000000' }, 'InvalidAMIID.NotFound', "'[ami-00000000]'"],
  ['what is no image', { ImageId: 'image' }, 'InvalidAMIID.Malformed', '(expecting "ami-...")'],
  ['a subnet that nobody has', { SubnetId: 'subnet-00000000' }, 'InvalidSubnetID.NotFound', 'subnet-00000000'],
  ['a group that nobody has', { SecurityGroupIds: ['sg-00000000'] }, 'InvalidGroup.NotFound', 'sg-00000000'],
  ['a key that nobody has', { KeyName: 'none' }, 'InvalidKeyPair.NotFound', "'none'"],
  ['a profile that nobody has', { IamInstanceProfile: { Name: 'x' } }, 'InvalidParameterValue', 'Instance Profile'],
  ['too much user data', { UserData: Buffer.alloc(16_385).toString('base64') }, 'InvalidParameterValue', '16384'],
  ['user data that is not base64', { UserData: '{}' }, 'InvalidUserData.Malformed', 'BASE64'],
  ['more than there is room for', { MinCount: 21, MaxCount: 21 }, 'InstanceLimitExceeded', '20'],
  ['fewer than one', { MinCount: 0 }, 'InvalidParameterValue', 'minCount'],
  ['spot prices', { InstanceMarketOptions: { MarketType: 'spot' } }, 'Unsupported', 'InstanceMarketOptions'],
  [
    'subnet here and there',
    { SubnetId: SUBNET_ID, NetworkInterfaces: [{ DeviceIndex: 0 }] },
    'InvalidParameterCombination',
    'subnet ID',
  ],
  [
    'tags for what is not made',
    { TagSpecifications: [{ ResourceType: 'image', Tags: [] }] },
    'InvalidParameterValue',
    "'image'",
  ],
])('%s: refused, and nothing is left', async (_what, input, name, message) => {
  const cloud = await fakeCloud();
  const launch = launchOne(cloud, input as never);
  await expect(launch).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  expect(cloud.state.instances).toEqual({});
  expect(cloud.state.volumes).toEqual({});
});

test('when there is no address for the second instance, there is no first one either', async () => {
  const cloud = await fakeCloud();
  const allocate = cloud.machines.allocate;
  cloud.machines.allocate = async wanted => {
    if (wanted.privateIps.length > 0) throw new Error('no address left');
    return allocate(wanted);
  };
  await expect(launchFake(cloud, { MinCount: 2, MaxCount: 2 })).rejects.toMatchObject({ name: 'InternalError' });
  expect(cloud.state.instances).toEqual({});
  expect(cloud.state.volumes).toEqual({});
});

test('a machine that cannot be booted ends as terminated, and says why', async () => {
  const cloud = await fakeCloud();
  cloud.machines.fail('boot');
  const id = await launchOne(cloud);
  const { Reservations } = await cloud.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  expect(Reservations![0]!.Instances![0]).toMatchObject({
    State: { Name: 'terminated' },
    StateReason: { Code: 'Server.InternalError', Message: expect.stringContaining('boot was told to fail') },
  });
  expect(cloud.state.volumes).toEqual({});
});
