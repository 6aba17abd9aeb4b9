import { expect, it } from 'vitest';
import { accountWith } from '../../../../test/fake-account.ts';
import { type Answers, awsError } from '../../../../test/fake-client.ts';
import { imageOf } from '../../aws/images.ts';
import { createUseFinder } from './find-uses.ts';

const A = 'ami-0000000a';
const B = 'ami-0000000b';
const C = 'ami-0000000c';

/** One launch template whose versions name these images. */
const template = (...images: (string | undefined)[]): Answers => ({
  DescribeLaunchTemplates: {
    LaunchTemplates: [
      {
        LaunchTemplateId: 'lt-1',
        LaunchTemplateName: 'workers',
        DefaultVersionNumber: 1,
        LatestVersionNumber: images.length,
      },
    ],
  },
  DescribeLaunchTemplateVersions: {
    LaunchTemplateVersions: images.map((ImageId, n) => ({ VersionNumber: n + 1, LaunchTemplateData: { ImageId } })),
  },
});
const group = (more: object) => ({
  DescribeAutoScalingGroups: { AutoScalingGroups: [{ AutoScalingGroupName: 'group', ...more }] },
});
const TEMPLATE = { LaunchTemplateId: 'lt-1' };
const stack = (more: object) => ({
  DescribeStacks: { Stacks: [{ StackName: 'core', StackStatus: 'UPDATE_COMPLETE', ...more }] },
});

it.each<[string, Answers, Record<string, string[]>]>([
  ['nothing', {}, {}],
  [
    'a stack, by either parameter',
    stack({
      Parameters: [
        { ParameterKey: 'amiId', ParameterValue: A },
        { ParameterKey: 'sakAmiId', ParameterValue: B },
        { ParameterKey: 'realm', ParameterValue: 'x' },
      ],
    }),
    { [A]: ['stack core'], [B]: ['stack core'] },
  ],
  [
    'a stack whose parameter is in SSM',
    stack({ Parameters: [{ ParameterKey: 'amiId', ParameterValue: '/lava/ami', ResolvedValue: A }] }),
    { [A]: ['stack core'] },
  ],
  [
    'a stack that failed',
    stack({ StackStatus: 'UPDATE_ROLLBACK_FAILED', Parameters: [{ ParameterKey: 'amiId', ParameterValue: A }] }),
    { [A]: ['stack core'] },
  ],
  [
    'a stack that is gone',
    stack({ StackStatus: 'DELETE_COMPLETE', Parameters: [{ ParameterKey: 'amiId', ParameterValue: A }] }),
    {},
  ],
  [
    'a stack that had it before',
    stack({
      Parameters: [{ ParameterKey: 'amiId', ParameterValue: B }],
      Tags: [{ Key: 'lava-ami:previous', Value: A }],
    }),
    { [A]: ['stack core (its image before)'], [B]: ['stack core'] },
  ],
  [
    'a launch template, in old versions',
    template(A, B, A, undefined),
    { [A]: ['launch template workers (versions 1, 3)'], [B]: ['launch template workers (version 2)'] },
  ],
  [
    'a launch template, through SSM',
    { ...template('resolve:ssm:/lava/ami:3'), GetParameter: { Parameter: { Value: A } } },
    { [A]: ['launch template workers (version 1)'] },
  ],
  [
    'a launch template, through an SSM parameter that is gone',
    { ...template('resolve:ssm:/lava/ami'), GetParameter: awsError('ParameterNotFound') },
    {},
  ],
  [
    'a group by its template: the default version',
    { ...template(A, B), ...group({ LaunchTemplate: TEMPLATE }) },
    {
      [A]: ['launch template workers (version 1)', 'Auto Scaling group group'],
      [B]: ['launch template workers (version 2)'],
    },
  ],
  [
    'a group by its template: the latest version, by name',
    { ...template(A, B), ...group({ LaunchTemplate: { LaunchTemplateName: 'workers', Version: '$Latest' } }) },
    {
      [A]: ['launch template workers (version 1)'],
      [B]: ['launch template workers (version 2)', 'Auto Scaling group group'],
    },
  ],
  [
    'a group of mixed instances, by policy and overrides',
    {
      ...template(A, B),
      ...group({
        MixedInstancesPolicy: {
          LaunchTemplate: {
            LaunchTemplateSpecification: { ...TEMPLATE, Version: '1' },
            Overrides: [{ LaunchTemplateSpecification: { ...TEMPLATE, Version: '2' } }, { ImageId: C }],
          },
        },
      }),
    },
    {
      [A]: ['launch template workers (version 1)', 'Auto Scaling group group'],
      [B]: ['launch template workers (version 2)', 'Auto Scaling group group'],
      [C]: ['Auto Scaling group group'],
    },
  ],
  [
    'a launch configuration',
    { DescribeLaunchConfigurations: { LaunchConfigurations: [{ LaunchConfigurationName: 'old', ImageId: A }] } },
    { [A]: ['launch configuration old'] },
  ],
  [
    'instances',
    {
      DescribeInstances: {
        Reservations: [
          { Instances: [{ InstanceId: 'i-1', ImageId: A }] },
          { Instances: [{ InstanceId: 'i-2', ImageId: A }] },
        ],
      },
    },
    { [A]: ['instance i-1', 'instance i-2'] },
  ],
])('finds uses by %s', async (_what, answers, expected) => {
  const { uses, unanswered } = await createUseFinder(accountWith(answers)).ofAccount();
  expect(Object.fromEntries(uses)).toEqual(expected);
  expect(unanswered).toEqual([]);
});

it('reads every page of everything', async () => {
  const pages = (name: string, item: (n: number) => object) => ({
    [name]: ({ NextToken }: { NextToken?: string }) => (NextToken ? item(2) : { ...item(1), NextToken: 'more' }),
  });
  const id = (n: number, of: number) => `ami-0000${of}00${n}`;
  const { uses } = await createUseFinder(
    accountWith({
      ...pages('DescribeStacks', n => ({ Stacks: [{ Parameters: [{ ParameterValue: id(n, 1) }] }] })),
      ...pages('DescribeLaunchTemplates', n => ({
        LaunchTemplates: [{ LaunchTemplateId: `lt-${n}`, LatestVersionNumber: 1 }],
      })),
      DescribeLaunchTemplateVersions: ({ LaunchTemplateId, NextToken }) => ({
        LaunchTemplateVersions: [
          {
            VersionNumber: NextToken ? 2 : 1,
            LaunchTemplateData: { ImageId: id(NextToken ? 2 : 1, LaunchTemplateId === 'lt-1' ? 2 : 3) },
          },
        ],
        ...(!NextToken && { NextToken: 'more' }),
      }),
      ...pages('DescribeAutoScalingGroups', n => ({
        AutoScalingGroups: [{ MixedInstancesPolicy: { LaunchTemplate: { Overrides: [{ ImageId: id(n, 4) }] } } }],
      })),
      ...pages('DescribeLaunchConfigurations', n => ({ LaunchConfigurations: [{ ImageId: id(n, 5) }] })),
      ...pages('DescribeInstances', n => ({ Reservations: [{ Instances: [{ ImageId: id(n, 6) }] }] })),
    }),
  ).ofAccount();
  expect([...uses.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6].flatMap(of => [id(1, of), id(2, of)]));
});

it('versions that were read once are not read again, new ones are, and SSM parameters are read each time', async () => {
  const clients = accountWith({ ...template('resolve:ssm:/lava/ami'), GetParameter: { Parameter: { Value: A } } });
  const { answers, calls } = clients;
  const finder = createUseFinder(clients);
  await finder.ofAccount();
  Object.assign(answers, { GetParameter: { Parameter: { Value: B } } });
  expect([...(await finder.ofAccount()).uses.keys()]).toEqual([B]);
  expect(calls.filter(({ action }) => action === 'DescribeLaunchTemplateVersions')).toHaveLength(1);
  Object.assign(answers, template('resolve:ssm:/lava/ami', C));
  expect([...(await finder.ofAccount()).uses.keys()].sort()).toEqual([B, C]);
});

it.each([
  ['DescribeStacks', 'stacks', 'cloudformation:DescribeStacks'],
  ['DescribeLaunchTemplates', 'launch templates', 'ec2:DescribeLaunchTemplates'],
  ['DescribeLaunchTemplateVersions', 'launch templates', 'ec2:DescribeLaunchTemplateVersions'],
  ['GetParameter', 'launch templates', 'ssm:GetParameter'],
  ['DescribeAutoScalingGroups', 'Auto Scaling groups', 'autoscaling:DescribeAutoScalingGroups'],
  ['DescribeLaunchConfigurations', 'launch configurations', 'autoscaling:DescribeLaunchConfigurations'],
  ['DescribeInstances', 'instances', 'ec2:DescribeInstances'],
])('a refused %s is said with the right that is missing', async (action, what, right) => {
  for (const error of ['UnauthorizedOperation', 'AccessDenied', 'AccessDeniedException']) {
    const answers = {
      ...template('resolve:ssm:/lava/ami'),
      GetParameter: {},
      [action]: awsError(error),
    };
    const { unanswered } = await createUseFinder(accountWith(answers)).ofAccount();
    expect(unanswered).toEqual([{ what, why: expect.stringContaining(right) }]);
  }
});

it('a busy AWS is said as well, and any other error is not taken for an answer', async () => {
  const ask = (error: Error) => createUseFinder(accountWith({ DescribeInstances: error })).ofAccount();
  expect((await ask(awsError('RequestLimitExceeded'))).unanswered).toEqual([
    { what: 'instances', why: expect.stringContaining('AWS is throttling') },
  ]);
  await expect(ask(awsError('InternalError'))).rejects.toMatchObject({ name: 'InternalError' });
});

const image = imageOf({ ImageId: A, BlockDeviceMappings: [{ Ebs: { SnapshotId: 'snap-1' } }] });

it.each<[string, Answers, string[] | undefined]>([
  ['nobody', {}, undefined],
  ['an account', { DescribeImageAttribute: { LaunchPermissions: [{ UserId: '1' }] } }, ['account 1 (it is shared)']],
  ['everybody', { DescribeImageAttribute: { LaunchPermissions: [{ Group: 'all' }] } }, ['everybody (it is shared)']],
  [
    'an organisation and a unit',
    {
      DescribeImageAttribute: { LaunchPermissions: [{ OrganizationArn: 'arn:o' }, { OrganizationalUnitArn: 'arn:u' }] },
    },
    ['arn:o (it is shared)', 'arn:u (it is shared)'],
  ],
  [
    'an account, by the snapshot',
    { DescribeSnapshotAttribute: { CreateVolumePermissions: [{ UserId: '1' }] } },
    ['account 1 (its snapshot is shared)'],
  ],
  [
    'nobody, where the snapshot is gone',
    { DescribeSnapshotAttribute: awsError('InvalidSnapshot.NotFound') },
    undefined,
  ],
])('finds use by others: %s', async (_what, answers, expected) => {
  const found = await createUseFinder(accountWith(answers)).ofOthers([image]);
  expect(found).toEqual({ uses: new Map(expected ? [[A, expected]] : []), unanswered: [] });
});

it('who may use an image is unanswered without the right to ask', async () => {
  const clients = accountWith({ DescribeImageAttribute: awsError('UnauthorizedOperation') });
  expect((await createUseFinder(clients).ofOthers([image])).unanswered).toEqual([
    { what: `who may use ${A}`, why: expect.stringContaining('ec2:DescribeImageAttribute') },
  ]);
});
