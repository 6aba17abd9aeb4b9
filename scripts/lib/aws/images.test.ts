import { EC2Client } from '@aws-sdk/client-ec2';
import { expect, it } from 'vitest';
import { fakeClient } from '../../../test/fake-client.ts';
import { imageOf, imagesById, isDeprecated, lavaImages, snapshotsIn } from './images.ts';
import { tagList } from './tags.ts';

const NAME = 'lava-8.1.0-amzn2023-py3.11-arm64-2025-07-02T08-43-48Z';

it('the Python version comes from the tags, by either of their names, and from the name only without them', () => {
  const python = (tags: Record<string, string>) => imageOf({ Name: NAME, Tags: tagList(tags) }).pythonVersion;
  expect(python({ PYTHON_VERSION: '3.12.1' })).toBe('3.12.1');
  expect(python({ PythonVersion: '3.13.0' })).toBe('3.13.0');
  expect(python({})).toBe('3.11');
});

it('an image is encrypted when all its volumes are', () => {
  const volumes = (...encrypted: boolean[]) =>
    imageOf({
      BlockDeviceMappings: [{ VirtualName: 'ephemeral0' }, ...encrypted.map(Encrypted => ({ Ebs: { Encrypted } }))],
    });
  expect(volumes(true, true).encrypted).toBe(true);
  expect(volumes(true, false).encrypted).toBe(false);
  expect(volumes().encrypted).toBe(false);
});

it('an image was built when its name says so, else when EC2 does', () => {
  const CreationDate = '2026-01-01T00:00:00.000Z';
  expect(imageOf({ Name: NAME, CreationDate })).toMatchObject({
    createdAt: CreationDate,
    builtAt: '2025-07-02T08:43:48.000Z',
  });
  expect(imageOf({ Name: 'lava-x', CreationDate }).builtAt).toBe(CreationDate);
});

it('permissions, protection and snapshots are read', () => {
  const image = imageOf({
    Public: true,
    DeregistrationProtection: 'enabled-with-cooldown',
    BlockDeviceMappings: [{ Ebs: { SnapshotId: 'snap-1' } }, { VirtualName: 'ephemeral0' }],
  });
  expect(image).toMatchObject({ isPublic: true, isProtected: true, snapshots: ['snap-1'] });
  expect(imageOf({ DeregistrationProtection: 'disabled' }).isProtected).toBe(false);
  expect(snapshotsIn({})).toEqual([]);
});

it('images are read page by page, and come newest build first, without those that are not encrypted yet', async () => {
  const image = (day: number, more: object = {}) => ({
    ImageId: `ami-${day}`,
    Name: `lava-8.1.0-debian12-py3.11-x86_64-2025-07-0${day}T00-00-00Z`,
    CreationDate: `2025-07-0${day}T00:05:00.000Z`,
    ...more,
  });
  const ec2 = fakeClient(EC2Client, {
    DescribeImages: [
      { Images: [image(1), { ImageId: 'ami-9', Name: `${NAME}-unencrypted` }], NextToken: 'more' },
      // Copied today, and for all that the older build.
      { Images: [image(3), image(2, { CreationDate: '2026-01-01T00:00:00.000Z' })] },
    ],
  });
  expect((await lavaImages(ec2)).map(({ id }) => id)).toEqual(['ami-3', 'ami-2', 'ami-1']);
  expect(ec2.calls.map(({ input }) => [input.MaxResults, input.NextToken])).toEqual([
    [1000, undefined],
    [1000, 'more'],
  ]);
  expect(ec2.calls[0]?.input).toMatchObject({ Owners: ['self'], IncludeDeprecated: true });
});

it('images are asked for by their ids as a filter, 200 at a time', async () => {
  const ec2 = fakeClient(EC2Client, {
    DescribeImages: ({ Filters }) => ({ Images: [{ ImageId: Filters?.[0]?.Values?.[0] }] }),
  });
  const ids = Array.from({ length: 201 }, (_, n) => `ami-${n}`);
  expect((await imagesById(ec2, ids)).map(({ id }) => id)).toEqual(['ami-0', 'ami-200']);
  expect(ec2.calls).toHaveLength(2);
  expect(await imagesById(ec2, [])).toEqual([]);
});

it.each([
  ['a moment that is past', '2026-11-20T00:00:00.000Z', '2026-11-21T00:00:00Z', true],
  ['its very moment', '2026-11-20T12:30:00.000Z', '2026-11-20T12:30:00Z', true],
  ['the same, written without fractions', '2026-11-20T12:30:00Z', '2026-11-20T12:30:00Z', true],
  ['a moment before', '2026-11-20T12:30:00.000Z', '2026-11-20T12:29:59Z', false],
  ['one that was only just asked for, and lies ahead', '2026-11-20T12:32:00.000Z', '2026-11-20T12:30:00Z', false],
  ['none', undefined, '2026-11-20T12:30:00Z', false],
])('an image is deprecated from its moment on: %s', (_what, DeprecationTime, now, expected) => {
  expect(isDeprecated(imageOf({ DeprecationTime }), new Date(now))).toBe(expected);
});
