import { expect, test } from 'vitest';
import { fakeClient } from './fake-client.ts';
import { imageOf, imagesById, isDeprecated, lavaImages, newestOfEach } from './images.ts';
import { sampleImage } from './samples.ts';

const NAME = 'lava-8.1.0-amzn2023-py3.11-arm64-2025-07-02T08-43-48Z';

test('the Python version comes from the tags, by either of their names, and from the name only without them', () => {
  const python = (Tags: { Key: string; Value: string }[]) => imageOf({ Name: NAME, Tags }).pythonVersion;
  expect(python([{ Key: 'PYTHON_VERSION', Value: '3.12.1' }])).toBe('3.12.1');
  expect(python([{ Key: 'PythonVersion', Value: '3.13.0' }])).toBe('3.13.0');
  expect(python([])).toBe('3.11');
});

test('an image is encrypted when all its volumes are', () => {
  const volumes = (...encrypted: boolean[]) =>
    imageOf({
      BlockDeviceMappings: [{ VirtualName: 'ephemeral0' }, ...encrypted.map(Encrypted => ({ Ebs: { Encrypted } }))],
    });
  expect(volumes(true, true).encrypted).toBe(true);
  expect(volumes(true, false).encrypted).toBe(false);
  expect(volumes().encrypted).toBe(false);
});

test('images are read page by page, and come newest first', async () => {
  const image = (ImageId: string, CreationDate: string) => ({ ImageId, CreationDate });
  const ec2 = fakeClient({
    DescribeImages: [
      { Images: [image('ami-1', '2026-11-01'), image('ami-3', '2026-11-03')], NextToken: 'more' },
      { Images: [image('ami-2', '2026-11-02')] },
    ],
  });
  expect((await lavaImages(ec2)).map(({ id }) => id)).toEqual(['ami-3', 'ami-2', 'ami-1']);
  expect(ec2.calls.map(({ input }) => [input.MaxResults, input.NextToken])).toEqual([
    [1000, undefined],
    [1000, 'more'],
  ]);
  expect(ec2.calls[0]?.input).toMatchObject({ Owners: ['self'] });
});

test('images are asked for by their ids as a filter, 200 at a time', async () => {
  const ec2 = fakeClient({ DescribeImages: ({ Filters }) => ({ Images: [{ ImageId: Filters?.[0]?.Values[0] }] }) });
  const ids = Array.from({ length: 201 }, (_, n) => `ami-${n}`);
  expect((await imagesById(ec2, ids)).map(({ id }) => id)).toEqual(['ami-0', 'ami-200']);
  expect(ec2.calls).toHaveLength(2);
  expect(await imagesById(ec2, [])).toEqual([]);
});

test('the newest of each architecture are counted by themselves', () => {
  const images = [sampleImage(9), sampleImage(8), sampleImage(7, { arch: 'arm64' }), sampleImage(6)];
  expect(newestOfEach(images, 2)).toEqual([images[0], images[1], images[2]]);
});

test('an image is deprecated from its moment on', () => {
  const image = sampleImage(1, { deprecatedAt: '2026-11-20T00:00:00.000Z' });
  expect(isDeprecated(image, new Date('2026-11-19'))).toBe(false);
  expect(isDeprecated(image, new Date('2026-11-20'))).toBe(true);
  expect(isDeprecated(sampleImage(1), new Date())).toBe(false);
});
