import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  DeleteLaunchTemplateVersionsCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  type DescribeLaunchTemplateVersionsCommandInput,
  ModifyLaunchTemplateCommand,
  paginateDescribeLaunchTemplateVersions,
  type RequestLaunchTemplateData,
} from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { BASE_IMAGE_ID, type FakeCloud, FOREIGN_IMAGE_ID, fakeCloud } from '../fake-cloud.ts';
import { SECURITY_GROUP_ID, SUBNET_ID } from '../state.ts';

/** Everything that a worker's template says. */
const WORKER: RequestLaunchTemplateData = {
  ImageId: BASE_IMAGE_ID,
  InstanceType: 't3.micro',
  KeyName: 'key',
  UserData: Buffer.from('{"shell": "true"}').toString('base64'),
  IamInstanceProfile: { Arn: 'arn:aws:iam::123456789012:instance-profile/worker' },
  MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 2, InstanceMetadataTags: 'enabled' },
  BlockDeviceMappings: [
    { DeviceName: '/dev/xvda', Ebs: { VolumeSize: 20, VolumeType: 'gp3', Encrypted: true, DeleteOnTermination: true } },
  ],
  NetworkInterfaces: [
    {
      DeviceIndex: 0,
      AssociatePublicIpAddress: false,
      SubnetId: SUBNET_ID,
      Groups: [SECURITY_GROUP_ID, 'sg-00000000'],
    },
  ],
  SecurityGroupIds: [SECURITY_GROUP_ID],
  SecurityGroups: ['default'],
  Monitoring: { Enabled: true },
  TagSpecifications: [
    {
      ResourceType: 'instance',
      Tags: [
        { Key: 'Name', Value: 'worker' },
        { Key: 'empty', Value: '' },
      ],
    },
    { ResourceType: 'volume', Tags: [{ Key: 'Name', Value: 'disk' }] },
  ],
};

const REQUIREMENTS: RequestLaunchTemplateData = {
  ImageId: BASE_IMAGE_ID,
  InstanceRequirements: {
    VCpuCount: { Min: 2, Max: 4 },
    MemoryMiB: { Min: 2048 },
    AllowedInstanceTypes: ['t3.*', 'm5.*'],
    CpuManufacturers: ['intel'],
    BurstablePerformance: 'included',
  },
};

async function create(cloud: FakeCloud, LaunchTemplateName: string, LaunchTemplateData = WORKER): Promise<string> {
  const { LaunchTemplate } = await cloud.ec2.send(
    new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData, VersionDescription: 'first' }),
  );
  return LaunchTemplate!.LaunchTemplateId!;
}

const add = ({ ec2 }: FakeCloud, LaunchTemplateData: RequestLaunchTemplateData, input = {}) =>
  ec2.send(new CreateLaunchTemplateVersionCommand({ LaunchTemplateName: 'worker', LaunchTemplateData, ...input }));

async function describe({ ec2 }: FakeCloud, input: DescribeLaunchTemplateVersionsCommandInput) {
  const { LaunchTemplateVersions } = await ec2.send(new DescribeLaunchTemplateVersionsCommand(input));
  return LaunchTemplateVersions!;
}

/** Name and number of each version that is described. */
async function listed(cloud: FakeCloud, input: DescribeLaunchTemplateVersionsCommandInput): Promise<string[]> {
  return (await describe(cloud, input)).map(version => `${version.LaunchTemplateName} ${version.VersionNumber}`);
}

test.each([
  ['a worker', WORKER],
  ['requirements', REQUIREMENTS],
])("%s: a version's data come back as they were given", async (_what, data) => {
  const cloud = await fakeCloud();
  const LaunchTemplateId = await create(cloud, 'worker', data);
  expect(await describe(cloud, { LaunchTemplateId })).toEqual([
    {
      LaunchTemplateId,
      LaunchTemplateName: 'worker',
      VersionNumber: 1,
      VersionDescription: 'first',
      CreateTime: expect.any(Date),
      CreatedBy: 'arn:aws:iam::123456789012:user/operator',
      DefaultVersion: true,
      LaunchTemplateData: data,
    },
  ]);
});

test('a version takes over what its source says and it does not', async () => {
  const cloud = await fakeCloud();
  await create(cloud, 'worker');
  const { LaunchTemplateVersion } = await add(
    cloud,
    { ImageId: FOREIGN_IMAGE_ID },
    { SourceVersion: '1', VersionDescription: 'second' },
  );
  expect(LaunchTemplateVersion).toMatchObject({
    VersionNumber: 2,
    DefaultVersion: false,
    VersionDescription: 'second',
    LaunchTemplateData: { ...WORKER, ImageId: FOREIGN_IMAGE_ID },
  });
  const alone = await add(cloud, { ImageId: FOREIGN_IMAGE_ID });
  expect(alone.LaunchTemplateVersion).toMatchObject({
    VersionNumber: 3,
    LaunchTemplateData: { ImageId: FOREIGN_IMAGE_ID },
  });
  expect(alone.LaunchTemplateVersion!.LaunchTemplateData).toEqual({ ImageId: FOREIGN_IMAGE_ID });
  const { LaunchTemplates } = await cloud.ec2.send(new DescribeLaunchTemplatesCommand({}));
  expect(LaunchTemplates).toMatchObject([{ DefaultVersionNumber: 1, LatestVersionNumber: 3 }]);
  await expect(
    add(cloud, { InstanceRequirements: REQUIREMENTS.InstanceRequirements }, { SourceVersion: '1' }),
  ).rejects.toMatchObject({
    name: 'InvalidParameterCombination',
  });
});

test('versions are listed newest first, by number, range, name or filter', async () => {
  const cloud = await fakeCloud();
  await create(cloud, 'worker');
  for (const ImageId of [FOREIGN_IMAGE_ID, BASE_IMAGE_ID, FOREIGN_IMAGE_ID]) await add(cloud, { ImageId });
  await cloud.ec2.send(new ModifyLaunchTemplateCommand({ LaunchTemplateName: 'worker', DefaultVersion: '2' }));
  await create(cloud, 'other');
  const LaunchTemplateName = 'worker';
  const list = (input: DescribeLaunchTemplateVersionsCommandInput) => listed(cloud, { LaunchTemplateName, ...input });
  expect(await list({})).toEqual(['worker 4', 'worker 3', 'worker 2', 'worker 1']);
  expect(await list({ Versions: ['1', '3'] })).toEqual(['worker 3', 'worker 1']);
  expect(await list({ Versions: ['$Latest', '$Default', '4'] })).toEqual(['worker 4', 'worker 2']);
  expect(await list({ MinVersion: '2', MaxVersion: '3' })).toEqual(['worker 3', 'worker 2']);
  expect(await list({ Filters: [{ Name: 'image-id', Values: [FOREIGN_IMAGE_ID] }] })).toEqual(['worker 4', 'worker 2']);
  expect(await list({ Filters: [{ Name: 'is-default-version', Values: ['true'] }] })).toEqual(['worker 2']);
});

test('the latest or default versions of all templates are listed without naming one', async () => {
  const cloud = await fakeCloud();
  await create(cloud, 'worker');
  await add(cloud, { ImageId: FOREIGN_IMAGE_ID });
  await create(cloud, 'other');
  const all = async (...Versions: string[]) => (await listed(cloud, { Versions })).sort();
  expect(await all('$Latest')).toEqual(['other 1', 'worker 2']);
  expect(await all('$Default')).toEqual(['other 1', 'worker 1']);
  expect(await all('$Default', '$Latest')).toEqual(['other 1', 'worker 1', 'worker 2']);
  const image = [{ Name: 'image-id', Values: [BASE_IMAGE_ID] }];
  expect(await listed(cloud, { Versions: ['$Latest'], Filters: image })).toEqual(['other 1']);
  for (const Versions of [undefined, ['1'], ['$Latest', '1']]) {
    await expect(describe(cloud, { Versions })).rejects.toMatchObject({ name: 'MissingParameter' });
  }
});

test('versions come in pages', async () => {
  const cloud = await fakeCloud();
  await create(cloud, 'worker');
  for (let number = 2; number <= 12; number++) await add(cloud, { ImageId: BASE_IMAGE_ID });
  const pages: number[][] = [];
  const pager = paginateDescribeLaunchTemplateVersions(
    { client: cloud.ec2, pageSize: 5 },
    { LaunchTemplateName: 'worker' },
  );
  for await (const { LaunchTemplateVersions } of pager) {
    pages.push(LaunchTemplateVersions!.map(({ VersionNumber }) => VersionNumber!));
  }
  expect(pages).toEqual([
    [12, 11, 10, 9, 8],
    [7, 6, 5, 4, 3],
    [2, 1],
  ]);
});

test('versions are deleted, but for the default one; their numbers are not given again', async () => {
  const cloud = await fakeCloud();
  await create(cloud, 'worker');
  for (let number = 2; number <= 3; number++) await add(cloud, { ImageId: BASE_IMAGE_ID });
  const answer = await cloud.ec2.send(
    new DeleteLaunchTemplateVersionsCommand({ LaunchTemplateName: 'worker', Versions: ['1', '3', '7'] }),
  );
  expect(answer.SuccessfullyDeletedLaunchTemplateVersions).toMatchObject([
    { LaunchTemplateName: 'worker', VersionNumber: 3 },
  ]);
  expect(answer.UnsuccessfullyDeletedLaunchTemplateVersions).toMatchObject([
    { VersionNumber: 1, ResponseError: { Code: 'unexpectedError', Message: expect.stringContaining('default') } },
    { VersionNumber: 7, ResponseError: { Code: 'launchTemplateVersionDoesNotExist' } },
  ]);
  expect((await add(cloud, { ImageId: BASE_IMAGE_ID })).LaunchTemplateVersion).toMatchObject({ VersionNumber: 4 });
  expect(await listed(cloud, { LaunchTemplateName: 'worker' })).toEqual(['worker 4', 'worker 2', 'worker 1']);
});

test('a repeated client token gives the same version', async () => {
  const cloud = await fakeCloud();
  await create(cloud, 'worker');
  for (let time = 0; time < 2; time++) await add(cloud, { ImageId: BASE_IMAGE_ID }, { ClientToken: 't' });
  expect(await listed(cloud, { LaunchTemplateName: 'worker' })).toEqual(['worker 2', 'worker 1']);
});
