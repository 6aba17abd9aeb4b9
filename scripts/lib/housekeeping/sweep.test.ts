import { EC2Client, type Tag } from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import { expect, it } from 'vitest';
import { type Answers, awsError, fakeClients } from '../../../test/fake-client.ts';
import type { Progress } from '../command/progress.ts';
import type { LocalBuild } from './local-builds.ts';
import { judge, sweep } from './sweep.ts';
import { isOk, sweepAsJson, sweepAsText } from './sweep-report.ts';
import { findTraces } from './traces.ts';

const NOW = new Date('2026-11-26T12:00:00Z');
const OLD = '2026-11-23T02-32-36Z-1f2e';
const YOUNG = '2026-11-26T02-32-36Z-1f2e';
const SILENT: Progress = { isLive: false, working: () => {}, line: () => {}, end: () => {} };
const tags = (buildId: string, Name = 'building lava-x') => [
  { Key: 'BuildId', Value: buildId },
  { Key: 'Name', Value: Name },
];

const account = (answers: Answers) => fakeClients({ ec2: EC2Client, iam: IAMClient }, answers);

/** An account in which a build of that id has left one of everything. */
const left = (buildId: string): Answers => ({
  DescribeInstances: {
    Reservations: [
      {
        Instances: [
          { InstanceId: 'i-1', State: { Name: 'running' }, Tags: tags(buildId) },
          { InstanceId: 'i-2', State: { Name: 'terminated' }, Tags: tags(buildId) },
          { InstanceId: 'i-3', State: { Name: 'running' }, Tags: tags(buildId, 'a worker that inherited a tag') },
        ],
      },
    ],
  },
  DescribeVolumes: {
    Volumes: [
      { VolumeId: 'vol-1', Tags: tags(buildId) },
      { VolumeId: 'vol-2', Tags: tags('4711') },
    ],
  },
  DescribeImages: {
    Images: [
      { ImageId: 'ami-1', SourceInstanceId: 'i-2', BlockDeviceMappings: [{ Ebs: { SnapshotId: 'snap-1' } }] },
      { ImageId: 'ami-2', Tags: tags(buildId, 'lava-x') },
    ],
  },
  DescribeSnapshots: {},
  DescribeKeyPairs: { KeyPairs: [{ KeyName: `lava-ami-${buildId}`, Tags: tags(buildId) }] },
  DescribeSecurityGroups: { SecurityGroups: [{ GroupId: 'sg-1', Tags: tags(buildId) }] },
  ListRoles: { Roles: [{ RoleName: 'packer-1' }, { RoleName: 'packer-2' }, { RoleName: 'mine' }] },
  ListInstanceProfiles: { InstanceProfiles: [{ InstanceProfileName: 'packer-1' }] },
  GetRole: ({ RoleName }) => ({ Role: { Tags: RoleName === 'packer-1' ? tags(buildId) : [] } }),
  GetInstanceProfile: ({ InstanceProfileName }) =>
    InstanceProfileName === 'packer-1'
      ? { InstanceProfile: { Roles: [{ RoleName: 'packer-1' }] } }
      : awsError('NoSuchEntityException'),
});

const EVERYTHING = [
  'instance i-1',
  'volume vol-1',
  'image ami-1',
  'snapshot snap-1',
  `key pair lava-ami-${OLD}`,
  'security group sg-1',
  'instance profile packer-1',
  'role packer-1',
];

const REMOVALS: Answers = {
  TerminateInstances: {},
  DeleteVolume: {},
  DeregisterImage: {},
  DeleteSnapshot: {},
  DeleteKeyPair: {},
  DeleteSecurityGroup: {},
  RemoveRoleFromInstanceProfile: {},
  DeleteInstanceProfile: {},
  ListRolePolicies: { PolicyNames: ['p'] },
  DeleteRolePolicy: {},
  DeleteRole: {},
};

it('finds one of everything, in the order in which it can be removed, and nothing that is not temporary', async () => {
  const { traces, unanswered } = await findTraces(account(left(OLD)), []);
  expect(unanswered).toEqual([]);
  expect(traces).toMatchObject([{ buildId: OLD, isKept: false }]);
  expect(traces[0]?.leftovers.map(({ kind, id }) => `${kind} ${id}`)).toEqual(EVERYTHING);
});

it('a build in another region is known to be kept by its role, which all regions see', async () => {
  const kept = { Role: { Tags: [...tags(OLD), { Key: 'Kept', Value: 'yes' }] } };
  const { traces } = await findTraces(account({ ...left(OLD), DescribeInstances: {}, GetRole: kept }), []);
  expect(traces).toMatchObject([{ buildId: OLD, isKept: true }]);
});

it('where instances may not be looked for, nobody knows whether a build was kept', async () => {
  const denied = { DescribeInstances: awsError('UnauthorizedOperation') };
  const { traces } = await findTraces(account({ ...left(OLD), ...denied }), []);
  expect(traces).toMatchObject([{ buildId: OLD, isKept: 'unknown' }]);
});

const UNTAGGED = 'packer-6b0e1842-47ab-5e02-3597-7e85bef8095f';
const told = (roleName: string): LocalBuild => ({
  buildId: OLD,
  region: 'us-east-1',
  imageName: 'lava-x',
  ok: false,
  isKept: false,
  hasEnded: false,
  roleName,
});

it.each<[string, string, Tag[], string, boolean]>([
  ['younger than the build', UNTAGGED, [], '2026-11-23T02:33:00Z', true],
  ['older than the build', UNTAGGED, [], '2026-11-20T00:00:00Z', false],
  ['with the tags of another build', UNTAGGED, tags(YOUNG, 'other'), '2026-11-23T02:33:00Z', false],
  ['of a name that packer never makes up', 'packer-2', [], '2026-11-23T02:33:00Z', false],
])('a role that packer told this checkout, %s', async (_what, name, Tags, created, isFound) => {
  const answers: Answers = {
    ...left(OLD),
    ListRoles: { Roles: [{ RoleName: 'packer-1' }, { RoleName: name }] },
    GetRole: ({ RoleName }) => ({
      Role: { Tags: RoleName === 'packer-1' ? tags(OLD) : Tags, CreateDate: new Date(created) },
    }),
  };
  const { traces } = await findTraces(account(answers), [told(name)]);
  expect(traces).toHaveLength(1);
  expect(traces[0]?.leftovers.some(({ id }) => id === name)).toBe(isFound);
});

it.each([
  ['DescribeInstances', 'instances', 'ec2:DescribeInstances'],
  ['DescribeVolumes', 'volumes', 'ec2:DescribeVolumes'],
  ['DescribeImages', 'images', 'ec2:DescribeImages'],
  ['DescribeSnapshots', 'snapshots', 'ec2:DescribeSnapshots'],
  ['DescribeKeyPairs', 'key pairs', 'ec2:DescribeKeyPairs'],
  ['DescribeSecurityGroups', 'security groups', 'ec2:DescribeSecurityGroups'],
  ['ListRoles', 'roles', 'iam:ListRoles'],
])('without the right to %s the rest is found, and that is said', async (action, what, right) => {
  const { traces, unanswered } = await findTraces(account({ ...left(OLD), [action]: awsError('AccessDenied') }), []);
  expect(traces).toHaveLength(1);
  expect(unanswered).toEqual([{ what, why: expect.stringContaining(right) }]);
  const text = sweepAsText({ region: 'us-east-1', older: 1, verdicts: judge(traces, [], 1, NOW), unanswered });
  expect(text).toContain(`Not everything could be looked for:\n  ${what}: the right `);
});

it('without the list of images no snapshot is taken for one whose image is gone', async () => {
  const Description = 'Copied for DestinationAmi ami-2 from SourceAmi ami-1 for SourceSnapshot snap-1.';
  const Snapshots = [{ SnapshotId: 'snap-2', Description, Tags: tags(OLD, 'lava-x') }];
  const answers = { ...left(OLD), DescribeSnapshots: { Snapshots } };
  const ids = async (more: Answers) => {
    const { traces } = await findTraces(account({ ...answers, ...more }), []);
    return traces[0]?.leftovers.map(({ id }) => id);
  };
  expect(await ids({ DescribeImages: awsError('UnauthorizedOperation') })).not.toContain('snap-2');
  expect(await ids({})).not.toContain('snap-2');
  expect(await ids({ DescribeImages: {} })).toContain('snap-2');
});

const build = (more: Partial<LocalBuild>): LocalBuild => ({
  buildId: OLD,
  region: 'us-east-1',
  imageName: 'lava-x',
  ok: false,
  isKept: false,
  hasEnded: false,
  ...more,
});

const ended = (more: Partial<LocalBuild>) => build({ buildId: YOUNG, hasEnded: true, ...more });

it.each<[string, string, LocalBuild[], boolean | 'unknown', number, string, string]>([
  ['old', OLD, [], false, 1, 'to remove', 'it began 3 days ago'],
  ['old, of this checkout', OLD, [build({})], false, 1, 'to remove', 'it began 3 days ago'],
  ['old, with its image', OLD, [build({ ok: true })], false, 1, 'to remove', 'it began 3 days ago and has its image'],
  ['old, and running here', OLD, [build({ process: 7 })], false, 0, 'left alone', 'process 7 is at it'],
  ['old, kept here', OLD, [build({ isKept: true })], false, 1, 'left alone', `it was kept: make resume build=${OLD}`],
  ['old, kept elsewhere', OLD, [], true, 1, 'left alone', 'it was kept, by another checkout'],
  ['old, and may be kept', OLD, [], 'unknown', 1, 'left alone', 'whether it was kept can not be seen'],
  ['young', YOUNG, [], false, 1, 'left alone', 'it began 0 days ago; it may still run'],
  ['younger than was said', OLD, [], false, 4, 'left alone', 'it began 3 days ago; it may still run'],
  ['young, and ended here', YOUNG, [ended({})], false, 1, 'to remove', 'it began 0 days ago and has ended'],
  [
    'young, with its image',
    YOUNG,
    [ended({ ok: true })],
    false,
    1,
    'to remove',
    'it began 0 days ago and has its image',
  ],
  [
    'young, kept here',
    YOUNG,
    [ended({ isKept: true })],
    false,
    1,
    'left alone',
    `it was kept: make resume build=${YOUNG}`,
  ],
  ['young, ended here, kept by its tag', YOUNG, [ended({})], true, 1, 'left alone', 'it was kept, by another checkout'],
  ['young, with older=0', YOUNG, [], false, 0, 'to remove', 'it began 0 days ago'],
])('judges a build that is %s', (_what, buildId, local, isKept, older, fate, why) => {
  const trace = { buildId, isKept, leftovers: [] };
  expect(judge([trace], local, older, NOW)).toEqual([{ trace, fate, why }]);
});

async function run(answers: Answers = {}, aborted = false) {
  const clients = account({ ...left(OLD), ...REMOVALS, ...answers });
  const { traces, unanswered } = await findTraces(clients, []);
  // From now on the instance is gone, which is waited for.
  const verdicts = judge(traces, [], 1, NOW);
  for (const { leftovers } of traces) leftovers.shift();
  const controller = new AbortController();
  if (aborted) controller.abort();
  const swept = await sweep(verdicts, { signal: controller.signal, progress: SILENT });
  return { clients, report: { region: 'us-east-1', older: 1, verdicts, unanswered, swept } };
}

it('removes it all, policies before their role', async () => {
  const { clients, report } = await run();
  expect(report.swept.map(({ done }) => done)).toEqual(Array(7).fill('removed'));
  expect(isOk(report)).toBe(true);
  expect(clients.calls.map(({ action }) => action).slice(-9)).toEqual([
    'DeregisterImage',
    'DeleteSnapshot',
    'DeleteKeyPair',
    'DeleteSecurityGroup',
    'RemoveRoleFromInstanceProfile',
    'DeleteInstanceProfile',
    'ListRolePolicies',
    'DeleteRolePolicy',
    'DeleteRole',
  ]);
});

it('what can not be removed is said with the right that is missing, the rest is removed', async () => {
  const { report } = await run({ DeleteSnapshot: awsError('UnauthorizedOperation') });
  expect(report.swept.filter(({ done }) => done !== 'removed')).toEqual([
    {
      kind: 'snapshot',
      id: 'snap-1',
      done: 'failed',
      problem: expect.stringContaining('ec2:DeleteSnapshot is missing'),
    },
  ]);
  expect(isOk(report)).toBe(false);
  expect(sweepAsJson(report)).toMatchObject({ ok: false, builds: [{ buildId: OLD, fate: 'to remove' }] });
  expect(sweepAsText(report)).toMatch(/snapshot snap-1 +failed +the right ec2:DeleteSnapshot is missing/);
});

it('after an interruption nothing more is removed, and that is said', async () => {
  const { report } = await run({}, true);
  expect(report.swept.map(({ done }) => done)).toEqual(Array(7).fill('not done'));
});

it('the plan says what would be done', async () => {
  const { report } = await run();
  const { swept, ...plan } = report;
  expect(sweepAsText(plan)).toContain('7 to remove, 0 left alone. Nothing was done: confirm=yes does it.');
  expect(sweepAsText({ ...plan, verdicts: [] })).toBe('No build left anything in us-east-1.\n');
});
