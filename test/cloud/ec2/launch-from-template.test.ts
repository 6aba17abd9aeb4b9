import {
  CreateKeyPairCommand,
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  type RequestLaunchTemplateData,
  RunInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import { CreateInstanceProfileCommand } from '@aws-sdk/client-iam';
import { expect, test } from 'vitest';
import { BASE_IMAGE_ID, type FakeCloud, fakeCloud, TYPE } from '../fake-cloud.ts';
import { PRIVATE_SUBNET_ID, SECURITY_GROUP_ID } from '../state.ts';

const BASIC = { ImageId: BASE_IMAGE_ID, InstanceType: TYPE as never };
const LaunchTemplate = { LaunchTemplateName: 'worker' };

async function withTemplate(data: RequestLaunchTemplateData): Promise<FakeCloud> {
  const cloud = await fakeCloud();
  const LaunchTemplateData = { ...BASIC, ...data };
  await cloud.ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName: 'worker', LaunchTemplateData }));
  return cloud;
}

/** Launches from the template `worker`; gives the instance as the cloud knows it. */
async function launch(cloud: FakeCloud, input: Partial<RunInstancesCommandInput> = {}) {
  const { Instances } = await cloud.ec2.send(
    new RunInstancesCommand({ MinCount: 1, MaxCount: 1, LaunchTemplate, ...input }),
  );
  await cloud.idle();
  return cloud.state.instances[Instances![0]!.InstanceId!]!;
}

test('an instance gets all that its template says', async () => {
  const cloud = await withTemplate({
    KeyName: 'key',
    UserData: 'e30=',
    Monitoring: { Enabled: true },
    IamInstanceProfile: { Name: 'worker' },
    MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 2 },
    BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 20, Encrypted: true } }],
    NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: PRIVATE_SUBNET_ID, Groups: [SECURITY_GROUP_ID] }],
    InstanceInitiatedShutdownBehavior: 'terminate',
    TagSpecifications: [
      { ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'worker' }] },
      { ResourceType: 'volume', Tags: [{ Key: 'Name', Value: 'disk' }] },
    ],
  });
  await cloud.ec2.send(new CreateKeyPairCommand({ KeyName: 'key', KeyType: 'ed25519' }));
  await cloud.iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'worker' }));
  const [templateId] = Object.keys(cloud.state.launchTemplates);
  const instance = await launch(cloud);
  expect(instance).toMatchObject({
    state: 'running',
    imageId: BASE_IMAGE_ID,
    instanceType: TYPE,
    keyName: 'key',
    userData: 'e30=',
    monitoring: true,
    instanceProfile: 'worker',
    httpTokens: 'required',
    httpPutResponseHopLimit: 2,
    subnetId: PRIVATE_SUBNET_ID,
    shutdownBehavior: 'terminate',
    tags: { Name: 'worker', 'aws:ec2launchtemplate:id': templateId, 'aws:ec2launchtemplate:version': '1' },
  });
  expect(instance).not.toHaveProperty('publicIp');
  expect(cloud.state.volumes[instance.volumeId]).toMatchObject({ size: 20, encrypted: true, tags: { Name: 'disk' } });
});

test("the request's values go before the template's; tags and volumes come together", async () => {
  const cloud = await withTemplate({
    UserData: 'e30=',
    InstanceType: 't9.huge' as never,
    BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 20, Encrypted: true } }],
    TagSpecifications: [
      {
        ResourceType: 'instance',
        Tags: [
          { Key: 'Name', Value: 'template' },
          { Key: 'a', Value: '1' },
        ],
      },
    ],
  });
  const instance = await launch(cloud, {
    InstanceType: TYPE as never,
    UserData: 'W10=',
    SubnetId: PRIVATE_SUBNET_ID,
    BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 30 } }],
    TagSpecifications: [
      { ResourceType: 'volume', Tags: [{ Key: 'b', Value: '2' }] },
      { ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'request' }] },
    ],
  });
  expect(instance).toMatchObject({
    instanceType: TYPE,
    userData: 'W10=',
    subnetId: PRIVATE_SUBNET_ID,
    tags: { Name: 'request', a: '1' },
  });
  expect(cloud.state.volumes[instance.volumeId]).toMatchObject({ size: 30, encrypted: false, tags: { b: '2' } });
});

test.each([
  [undefined, 'MQ=='],
  ['$Default', 'MQ=='],
  ['$Latest', 'Mg=='],
  ['2', 'Mg=='],
])('version %s is used', async (Version, userData) => {
  const cloud = await withTemplate({ UserData: 'MQ==' });
  await cloud.ec2.send(
    new CreateLaunchTemplateVersionCommand({
      ...LaunchTemplate,
      SourceVersion: '1',
      LaunchTemplateData: { UserData: 'Mg==' },
    }),
  );
  expect(await launch(cloud, { LaunchTemplate: { ...LaunchTemplate, Version } })).toMatchObject({ userData });
});

test.each<[string, RequestLaunchTemplateData, Partial<RunInstancesCommandInput>, string]>([
  [
    'a version that there is not',
    {},
    { LaunchTemplate: { ...LaunchTemplate, Version: '9' } },
    'InvalidLaunchTemplateId.VersionNotFound',
  ],
  ['what is no version', {}, { LaunchTemplate: { ...LaunchTemplate, Version: 'new' } }, 'InvalidParameterValue'],
  [
    'a template that there is not',
    {},
    { LaunchTemplate: { LaunchTemplateName: 'none' } },
    'InvalidLaunchTemplateName.NotFoundException',
  ],
  ['an image that there is not', { ImageId: 'ami-00000000' }, {}, 'InvalidAMIID.NotFound'],
  ['a dry run of it', { ImageId: 'ami-00000000' }, { DryRun: true }, 'InvalidAMIID.NotFound'],
  ['a dry run', {}, { DryRun: true }, 'DryRunOperation'],
  ['spot prices', { InstanceMarketOptions: { MarketType: 'spot' } }, {}, 'Unsupported'],
  [
    'a subnet here and there',
    { NetworkInterfaces: [{ DeviceIndex: 0 }] },
    { SubnetId: PRIVATE_SUBNET_ID },
    'InvalidParameterCombination',
  ],
  [
    'requirements, which are for groups alone',
    { InstanceType: undefined, InstanceRequirements: { VCpuCount: { Min: 1 }, MemoryMiB: { Min: 1 } } },
    {},
    'MissingParameter',
  ],
])('%s: refused, and nothing is launched', async (_what, data, input, name) => {
  const cloud = await withTemplate(data);
  await expect(launch(cloud, input)).rejects.toMatchObject({ name });
  expect(cloud.state.instances).toEqual({});
});
