import { expect, test } from 'vitest';
import { awsError } from './fake-client.ts';
import { buildsBehind, takeInventory, usage } from './inventory.ts';
import { sampleImage, sampleStack } from './samples.ts';

const NOW = new Date('2026-11-26');
const none = async () => ({ workers: [], parasites: [] });

test('images that stacks name and that are none of lava are asked for, once each', async () => {
  const foreign = sampleImage(3, { id: 'ami-f', name: 'other' });
  const asked: string[][] = [];
  const inventory = await takeInventory({
    images: async () => [sampleImage(2)],
    stacks: async () => ({
      workers: [
        sampleStack({ imageId: sampleImage(2).id }),
        sampleStack({ imageId: 'ami-f' }),
        sampleStack({ imageId: 'ami-f' }),
      ],
      parasites: [],
    }),
    imagesById: async ids => {
      asked.push(ids);
      return [foreign];
    },
  });
  expect(asked).toEqual([['ami-f']]);
  expect(inventory.byId.get('ami-f')).toBe(foreign);
  expect(inventory.images).toEqual([sampleImage(2)]);
  expect(inventory.knowsImages).toBe(true);
});

test('what may not be asked is a note, unless it is everything', async () => {
  const denied = async () => {
    throw awsError('AccessDenied', 'not you');
  };
  const withoutStacks = await takeInventory({
    images: async () => [sampleImage(1)],
    stacks: denied,
    imagesById: async () => [],
  });
  expect(withoutStacks.notes).toEqual(['Worker stacks: the credentials may not ask that (not you)']);
  expect(withoutStacks.knowsStacks).toBe(false);
  const withoutImages = await takeInventory({ images: denied, stacks: none, imagesById: async () => [] });
  expect(withoutImages.knowsImages).toBe(false);
  await expect(takeInventory({ images: denied, stacks: denied, imagesById: async () => [] })).rejects.toThrow(
    /Images.*\n|stacks.*\n/,
  );
  const broken = async () => {
    throw awsError('Throttling');
  };
  await expect(takeInventory({ images: broken, stacks: none, imagesById: async () => [] })).rejects.toThrow(
    'Throttling',
  );
});

test('each image has its users', () => {
  const [a, b] = [sampleStack({ name: 'a' }), sampleStack({ name: 'b' })];
  expect(usage([a, b])).toEqual(new Map([[a.imageId, ['a', 'b']]]));
});

test('builds behind are newer images of the same architecture that are not deprecated', () => {
  const [old, newer] = [sampleImage(1), sampleImage(5)];
  const deprecated = sampleImage(4, { deprecatedAt: '2026-11-10T00:00:00.000Z' });
  const later = sampleImage(3, { deprecatedAt: '2027-11-10T00:00:00.000Z' });
  const images = [newer, deprecated, later, sampleImage(2, { arch: 'arm64' }), old];
  expect(buildsBehind(old, images, NOW)).toBe(2);
  expect(buildsBehind(newer, images, NOW)).toBe(0);
});
