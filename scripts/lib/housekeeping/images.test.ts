import { expect, it } from 'vitest';
import { fakeClients } from './fake-clients.ts';
import { lavaImage, lavaImages } from './images.ts';

const tags = (all: Record<string, string>) => Object.entries(all).map(([Key, Value]) => ({ Key, Value }));
const NAME = 'lava-8.1.0-amzn2023-py3.11-arm64-2025-07-02T08-43-48Z';

it.each([
  ['tags', { OS: 'debian12', PYTHON_VERSION: '3.12.4' }, NAME, 'debian12 arm64 py3.12'],
  ['the older spelling', { OS: 'debian12', PythonVersion: '3.12.4' }, NAME, 'debian12 arm64 py3.12'],
  ['the name', {}, NAME, 'amzn2023 arm64 py3.11'],
  ['neither', {}, 'lava-of-my-own', undefined],
  ['half of it', { OS: 'debian12' }, 'lava-of-my-own', undefined],
])('the kind of an image comes from %s', (_what, all, Name, kind) => {
  expect(lavaImage({ Name, Architecture: 'arm64', Tags: tags(all) }).kind).toBe(kind);
});

it('an image was built when its name says so, else when EC2 does', () => {
  const CreationDate = '2026-01-01T00:00:00.000Z';
  expect(lavaImage({ Name: NAME, CreationDate })).toMatchObject({
    createdAt: CreationDate,
    builtAt: '2025-07-02T08:43:48.000Z',
  });
  expect(lavaImage({ Name: 'lava-x', CreationDate }).builtAt).toBe(CreationDate);
});

it('reads permissions, protection, deprecation and snapshots', () => {
  const image = lavaImage({
    ImageId: 'ami-1',
    Public: true,
    DeregistrationProtection: 'enabled-with-cooldown',
    DeprecationTime: '2026-01-01T00:00:00.000Z',
    BlockDeviceMappings: [{ Ebs: { SnapshotId: 'snap-1' } }, { VirtualName: 'ephemeral0' }],
  });
  expect(image).toMatchObject({ isPublic: true, isProtected: true, snapshots: ['snap-1'] });
  expect(lavaImage({ DeregistrationProtection: 'disabled' }).isProtected).toBe(false);
});

it('lists every page, newest first, and no image that is only on its way', async () => {
  const image = (day: number) => ({
    ImageId: `ami-${day}`,
    Name: `lava-8.1.0-debian12-py3.11-x86_64-2025-07-0${day}T00-00-00Z`,
  });
  const pages: Record<string, object> = {
    '': { Images: [image(1), { ImageId: 'ami-9', Name: `${NAME}-unencrypted` }], NextToken: 'more' },
    more: { Images: [image(3), image(2)] },
  };
  const { ec2, calls } = fakeClients({ DescribeImages: ({ NextToken = '' }) => pages[NextToken] ?? {} });
  expect((await lavaImages(ec2)).map(({ id }) => id)).toEqual(['ami-3', 'ami-2', 'ami-1']);
  expect(calls).toHaveLength(2);
});
