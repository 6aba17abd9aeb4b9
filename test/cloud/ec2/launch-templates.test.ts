import {
  CreateLaunchTemplateCommand,
  CreateTagsCommand,
  DeleteLaunchTemplateCommand,
  DescribeLaunchTemplatesCommand,
  DescribeTagsCommand,
  ModifyLaunchTemplateCommand,
  paginateDescribeLaunchTemplates,
  type RequestLaunchTemplateData,
} from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { BASE_IMAGE_ID, type FakeCloud, fakeCloud } from '../fake-cloud.ts';

const DATA = { ImageId: BASE_IMAGE_ID };

const create = ({ ec2 }: FakeCloud, LaunchTemplateName: string, input = {}) =>
  ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData: DATA, ...input }));

test('a template has a name, an identifier, tags and its first version', async () => {
  const cloud = await fakeCloud();
  const TagSpecifications = [{ ResourceType: 'launch-template' as const, Tags: [{ Key: 'a', Value: '1' }] }];
  const { LaunchTemplate } = await create(cloud, 'lava/worker.1', { TagSpecifications });
  expect(LaunchTemplate).toMatchObject({
    LaunchTemplateId: expect.stringMatching(/^lt-[0-9a-f]{17}$/),
    LaunchTemplateName: 'lava/worker.1',
    CreatedBy: 'arn:aws:iam::123456789012:user/operator',
    CreateTime: expect.any(Date),
    DefaultVersionNumber: 1,
    LatestVersionNumber: 1,
    Tags: [{ Key: 'a', Value: '1' }],
  });
  const id = LaunchTemplate!.LaunchTemplateId!;
  await cloud.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'b', Value: '2' }] }));
  const { Tags } = await cloud.ec2.send(new DescribeTagsCommand({}));
  expect(Tags).toContainEqual({ ResourceId: id, ResourceType: 'launch-template', Key: 'b', Value: '2' });
  for (const input of [
    { LaunchTemplateIds: [id] },
    { LaunchTemplateNames: ['lava/worker.1'] },
    { Filters: [{ Name: 'tag:b', Values: ['2'] }] },
    { Filters: [{ Name: 'launch-template-name', Values: ['lava/*'] }] },
  ]) {
    const { LaunchTemplates } = await cloud.ec2.send(new DescribeLaunchTemplatesCommand(input));
    expect(LaunchTemplates!.map(({ LaunchTemplateId }) => LaunchTemplateId)).toEqual([id]);
  }
});

test('a repeated client token gives the same template', async () => {
  const cloud = await fakeCloud();
  const [first, second] = [
    await create(cloud, 'one', { ClientToken: 't' }),
    await create(cloud, 'one', { ClientToken: 't' }),
  ];
  expect(second.LaunchTemplate!.LaunchTemplateId).toBe(first.LaunchTemplate!.LaunchTemplateId);
  expect(Object.keys(cloud.state.launchTemplates)).toHaveLength(1);
});

test('templates come in pages, of 200 when nobody asks', async () => {
  const cloud = await fakeCloud();
  for (let number = 0; number < 203; number++) await create(cloud, `template-${number}`);
  const names = new Set<string>();
  const sizes: number[] = [];
  for await (const { LaunchTemplates = [] } of paginateDescribeLaunchTemplates({ client: cloud.ec2 }, {})) {
    sizes.push(LaunchTemplates.length);
    for (const { LaunchTemplateName } of LaunchTemplates) names.add(LaunchTemplateName!);
  }
  expect(sizes).toEqual([200, 3]);
  expect(names.size).toBe(203);
  const { LaunchTemplates, NextToken } = await cloud.ec2.send(new DescribeLaunchTemplatesCommand({ MaxResults: 1 }));
  expect({ length: LaunchTemplates!.length, NextToken }).toEqual({ length: 1, NextToken: expect.any(String) });
  await expect(cloud.ec2.send(new DescribeLaunchTemplatesCommand({ MaxResults: 201 }))).rejects.toMatchObject({
    name: 'InvalidParameterValue',
  });
});

test('a template is deleted by name or identifier, with all its versions', async () => {
  const cloud = await fakeCloud();
  await create(cloud, 'one');
  const { LaunchTemplate } = await create(cloud, 'two');
  await cloud.ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateName: 'one' }));
  await cloud.ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateId: LaunchTemplate!.LaunchTemplateId }));
  expect(cloud.state.launchTemplates).toEqual({});
});

const refused: [string, (cloud: FakeCloud) => Promise<unknown>, string, string][] = [
  ['a name twice', cloud => create(cloud, 'known'), 'InvalidLaunchTemplateName.AlreadyExistsException', 'in use'],
  ['a name too short', cloud => create(cloud, 'ab'), 'InvalidLaunchTemplateName.MalformedException', "'ab'"],
  ['a name with a blank', cloud => create(cloud, 'a b c'), 'InvalidLaunchTemplateName.MalformedException', "'a b c'"],
  ['no data', cloud => create(cloud, 'new', { LaunchTemplateData: {} }), 'MissingParameter', 'LaunchTemplateData'],
  [
    'a long description',
    cloud => create(cloud, 'new', { VersionDescription: 'x'.repeat(256) }),
    'InvalidParameterValue',
    '255',
  ],
  [
    'tags for what is not made',
    cloud => create(cloud, 'new', { TagSpecifications: [{ ResourceType: 'instance', Tags: [] }] }),
    'InvalidParameterValue',
    "'instance'",
  ],
  [
    'an identifier that nobody has',
    ({ ec2 }) => ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateId: 'lt-00000000000000000' })),
    'InvalidLaunchTemplateId.NotFound',
    'The specified launch template, with template ID lt-00000000000000000, does not exist.',
  ],
  [
    'what is no identifier',
    ({ ec2 }) => ec2.send(new DescribeLaunchTemplatesCommand({ LaunchTemplateIds: ['x'] })),
    'InvalidLaunchTemplateId.Malformed',
    '"x"',
  ],
  [
    'a name that nobody has',
    ({ ec2 }) => ec2.send(new DescribeLaunchTemplatesCommand({ LaunchTemplateNames: ['none'] })),
    'InvalidLaunchTemplateName.NotFoundException',
    'The specified launch template, with template name none, does not exist.',
  ],
  [
    'neither name nor identifier',
    ({ ec2 }) => ec2.send(new ModifyLaunchTemplateCommand({ DefaultVersion: '1' })),
    'MissingParameter',
    'must be specified',
  ],
  [
    'a default version that there is not',
    ({ ec2 }) => ec2.send(new ModifyLaunchTemplateCommand({ LaunchTemplateName: 'known', DefaultVersion: '9' })),
    'InvalidLaunchTemplateId.VersionNotFound',
    'version 9',
  ],
];

test.each(refused)('%s is refused', async (_what, ask, name, message) => {
  const cloud = await fakeCloud();
  await create(cloud, 'known');
  await expect(ask(cloud)).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  expect(Object.keys(cloud.state.launchTemplates)).toHaveLength(1);
});

test.each<[string, RequestLaunchTemplateData, string]>([
  ['user data that is not base64', { UserData: '{}' }, 'InvalidUserData.Malformed'],
  ['too much user data', { UserData: Buffer.alloc(16_385).toString('base64') }, 'InvalidParameterValue'],
  [
    'a type and requirements',
    { InstanceType: 't3.micro', InstanceRequirements: { VCpuCount: { Min: 1 }, MemoryMiB: { Min: 1 } } },
    'InvalidParameterCombination',
  ],
  [
    'requirements without memory',
    { InstanceRequirements: { VCpuCount: { Min: 1 }, MemoryMiB: undefined! } },
    'MissingParameter',
  ],
  ['what is no parameter of a launch', { ElasticGpuSpecifications: [{ Type: 'x' }] }, 'UnknownParameter'],
])('%s is refused', async (_what, LaunchTemplateData, name) => {
  const cloud = await fakeCloud();
  await expect(create(cloud, 'new', { LaunchTemplateData })).rejects.toMatchObject({ name });
  expect(cloud.state.launchTemplates).toEqual({});
});
