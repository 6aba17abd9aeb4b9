import { EC2Client, type Image } from '@aws-sdk/client-ec2';
import { expect, it } from 'vitest';
import { type Answers, awsError, type Call, fakeClient } from '../../../test/fake-client.ts';
import type { Problem } from '../command/problems.ts';
import type { Progress } from '../command/progress.ts';
import { deprecation, type Source } from './copy.ts';
import { copiesAsText, copyAll, underWay } from './copy-all.ts';
import { checkRegions, sourceOf } from './copy-places.ts';

const TAGS = [
  { Key: 'Name', Value: 'lava-x' },
  { Key: 'BuildId', Value: 'b' },
];
const IMAGE: Image = {
  ImageId: 'ami-1',
  Name: 'lava-x',
  Description: 'Lava worker',
  State: 'available',
  ImdsSupport: 'v2.0',
  BlockDeviceMappings: [{ Ebs: { SnapshotId: 'snap-1' } }],
  Tags: TAGS,
};
const SOURCE: Source = {
  image: IMAGE,
  region: 'us-east-1',
  tags: { Name: 'lava-x', BuildId: 'b' },
  snapshotTags: { Name: 'lava-x' },
};
const COPY: Image = {
  ...IMAGE,
  ImageId: 'ami-2',
  SourceImageId: 'ami-1',
  SourceImageRegion: 'us-east-1',
  BlockDeviceMappings: [{ Ebs: { SnapshotId: 'snap-2' } }],
};
const SNAPSHOT = { SnapshotId: 'snap-2', Encrypted: true, Progress: '43%', Tags: TAGS };

type Region = EC2Client & { calls: Call[] };

/** A region that has `before` under the name, and shows the copy's `states` one after the other. */
function region(before: Image[], states: (Image | undefined)[], more: Answers = {}): Region {
  const left = [...states];
  return fakeClient(EC2Client, {
    DescribeImages: ({ Filters }) => {
      if (Filters?.[0]?.Name === 'name') return { Images: before };
      const image = left.length > 1 ? left.shift() : left[0];
      return { Images: image ? [image] : [] };
    },
    DescribeSnapshots: { Snapshots: [SNAPSHOT] },
    CopyImage: { ImageId: 'ami-2' },
    ModifyImageAttribute: {},
    EnableImageDeprecation: {},
    CreateTags: {},
    ...more,
  });
}

async function run(places: Record<string, Region>, { source = SOURCE, kmsKey = '', abort = false } = {}) {
  const lines: string[] = [];
  const live: string[] = [];
  const controller = new AbortController();
  const progress: Progress = {
    isLive: false,
    working: text => {
      live.push(text);
      if (abort && text.includes('copying')) controller.abort();
    },
    line: text => void lines.push(text),
    end: () => {},
  };
  const copies = await copyAll({
    source,
    regions: Object.keys(places),
    connect: async name => places[name]!,
    signal: controller.signal,
    progress,
    pause: 0.001,
    ...(kmsKey && { kmsKey }),
  });
  return { copies, lines, live };
}

const changes = ({ calls }: Region) =>
  calls.map(({ action }) => action).filter(action => !action.startsWith('Describe'));

it('copies encrypted, with name, description and tags, and waits', async () => {
  const pending = { ...COPY, State: 'pending' as const };
  const west = region([], [undefined, pending, COPY]);
  const { copies, lines, live } = await run({ 'us-west-2': west }, { kmsKey: 'alias/mine' });
  expect(copies).toEqual([{ region: 'us-west-2', stage: 'done', imageId: 'ami-2', existed: false, progress: '43%' }]);
  expect(west.calls.find(({ action }) => action === 'CopyImage')?.input).toEqual({
    SourceImageId: 'ami-1',
    SourceRegion: 'us-east-1',
    Name: 'lava-x',
    Description: 'Lava worker',
    Encrypted: true,
    KmsKeyId: 'alias/mine',
    TagSpecifications: [
      { ResourceType: 'image', Tags: TAGS },
      { ResourceType: 'snapshot', Tags: [TAGS[0]] },
    ],
  });
  expect(changes(west)).toEqual(['CopyImage']);
  expect(lines).toEqual(['us-west-2: copying to ami-2', 'us-west-2: ami-2 is available', 'us-west-2: copied']);
  expect(live).toContain('us-west-2 43%');
  expect(copiesAsText(copies)).toBe('us-west-2  ami-2  copied\n');
});

it('what a copy lacks is put right, and what it still lacks afterwards is said', async () => {
  const bare = { ...COPY, ImdsSupport: undefined, Tags: [] };
  const source = { ...SOURCE, image: { ...IMAGE, DeprecationTime: '2099-01-01T00:00:00.000Z' } };
  const west = region([], [bare, COPY]);
  expect((await run({ 'us-west-2': west }, { source })).copies).toMatchObject([{ stage: 'done' }]);
  expect(changes(west)).toEqual(['CopyImage', 'ModifyImageAttribute', 'EnableImageDeprecation', 'CreateTags']);
  const { copies } = await run({ 'us-west-2': region([], [bare]) });
  expect(copies).toMatchObject([{ stage: 'failed', problem: expect.stringContaining('does not require IMDSv2') }]);
  const plain = { DescribeSnapshots: { Snapshots: [{ ...SNAPSHOT, Encrypted: false }] } };
  expect((await run({ 'us-west-2': region([], [COPY], plain) })).copies).toMatchObject([
    { stage: 'failed', problem: expect.stringContaining('snap-2 is not encrypted') },
  ]);
});

it('a copy that is there is recognised, by its source or (older ones) by its build, and not made twice', async () => {
  for (const before of [COPY, { ...COPY, SourceImageId: undefined, SourceImageRegion: undefined }]) {
    const west = region([before], [COPY]);
    expect((await run({ 'us-west-2': west })).copies).toMatchObject([
      { stage: 'done', imageId: 'ami-2', existed: true },
    ]);
    expect(changes(west)).toEqual([]);
  }
});

it('an image of that name which is something else is left alone', async () => {
  const west = region([{ ...COPY, SourceImageId: 'ami-7' }], [COPY]);
  const { copies } = await run({ 'us-west-2': west });
  expect(copies).toEqual([
    {
      region: 'us-west-2',
      stage: 'failed',
      problem: 'there is ami-2 of the same name, which is no copy of ami-1',
    },
  ]);
  expect(changes(west)).toEqual([]);
});

it.each<[string, (Image | undefined)[], Answers, string]>([
  ['fails', [{ ...COPY, State: 'failed', StateReason: { Message: 'no key' } }], {}, 'ami-2 is failed: no key'],
  ['goes away', [{ ...COPY, State: 'pending' }, undefined], {}, 'ami-2 is gone'],
  ['never comes', [undefined], {}, 'ami-2 is gone'],
  ['may not be made', [COPY], { CopyImage: awsError('UnauthorizedOperation') }, 'the right ec2:CopyImage,'],
])('what fails in one region holds up no other: it %s', async (_what, states, more, problem) => {
  const { copies } = await run({ 'us-west-2': region([], states, more), 'eu-central-1': region([], [COPY]) });
  expect(copies).toMatchObject([
    { stage: 'failed', problem: expect.stringContaining(problem) },
    { region: 'eu-central-1', stage: 'done' },
  ]);
});

it('progress that may not be asked is not shown, and that is all', async () => {
  const denied: Answers['DescribeSnapshots'] = ({ Filters }) =>
    Filters ? awsError('UnauthorizedOperation') : { Snapshots: [SNAPSHOT] };
  const west = region([], [{ ...COPY, State: 'pending' }, COPY], { DescribeSnapshots: denied });
  expect((await run({ 'us-west-2': west })).copies[0]).toEqual({
    region: 'us-west-2',
    stage: 'done',
    imageId: 'ami-2',
    existed: false,
  });
});

it('an interruption leaves what is under way, and says what that is', async () => {
  const { copies } = await run({ 'us-west-2': region([], [{ ...COPY, State: 'pending' }]) }, { abort: true });
  expect(copies).toMatchObject([{ stage: 'copying', imageId: 'ami-2' }]);
  expect(underWay(copies)).toContain('    us-west-2  ami-2\nThe same command again waits for it');
  expect(copiesAsText(copies)).toBe('us-west-2  ami-2  under way\n');
  expect(underWay([])).toBe('Nothing is under way in AWS.');
});

const NOW = new Date('2026-11-26T12:00:00Z');
it.each([
  ['not at all', undefined, undefined, undefined],
  ['as the original', '2027-01-01T00:00:00.000Z', undefined, '2027-01-01T00:00:00.000Z'],
  ['as it is', '2027-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z', undefined],
  [
    'as the original and not as it is',
    '2027-01-01T00:00:00.000Z',
    '2028-01-01T00:00:00.000Z',
    '2027-01-01T00:00:00.000Z',
  ],
  ['at once, where the original is', '2026-01-01T00:00:00.000Z', undefined, '2026-11-26T12:01:30.000Z'],
  ['as it is, where both are', '2026-01-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z', undefined],
])('a copy is deprecated %s', (_what, original, copy, expected) => {
  const image = (DeprecationTime: string | undefined) => ({ ...(DeprecationTime && { DeprecationTime }) });
  expect(deprecation(image(original), image(copy), NOW)?.toISOString()).toBe(expected);
});

it('says of every region what is wrong with it', async () => {
  const Regions = [
    { RegionName: 'us-east-1', OptInStatus: 'opt-in-not-required' },
    { RegionName: 'us-west-2', OptInStatus: 'opt-in-not-required' },
    { RegionName: 'af-south-1', OptInStatus: 'not-opted-in' },
  ];
  const check = async (regions: string[], answer: object) => {
    const problems: Problem[] = [];
    await checkRegions(fakeClient(EC2Client, { DescribeRegions: answer }), regions, 'us-east-1', problems);
    return problems.map(({ value, message }) => `${value} ${message}`);
  };
  expect(await check(['us-west-2', 'us-east-1', 'us-west-3', 'af-south-1'], { Regions })).toEqual([
    'us-east-1 is where the image is already',
    'us-west-3 is no region',
    'af-south-1 is not enabled for this account',
  ]);
  expect(await check(['us-west-3', 'us-east-1'], awsError('UnauthorizedOperation'))).toEqual([
    'us-east-1 is where the image is already',
  ]);
});

it('tags that AWS made are not carried over', async () => {
  const Tags = [...TAGS, { Key: 'aws:backup', Value: 'x' }];
  const ec2 = fakeClient(EC2Client, { DescribeSnapshots: { Snapshots: [{ Tags }] } });
  const source = await sourceOf(ec2, { ...IMAGE, Tags }, 'us-east-1');
  expect(source).toMatchObject({ tags: SOURCE.tags, snapshotTags: SOURCE.tags });
  expect(source.tags).not.toHaveProperty('aws:backup');
});
