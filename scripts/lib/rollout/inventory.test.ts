import { expect, test } from 'vitest';
import { awsError } from '../../../test/fake-client.ts';
import { buildsBehind, newestOfEach, takeInventory, usage } from './inventory.ts';
import { sampleImage, sampleStack } from './samples.ts';

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

test('images in other states are known, but none that workers can run on', async () => {
  const [pending, available] = [sampleImage(3, { state: 'pending' }), sampleImage(2)];
  const images = async () => [pending, available];
  const inventory = await takeInventory({ images, stacks: none, imagesById: async () => [] });
  expect(inventory.images).toEqual([available]);
  expect(inventory.byId.get(pending.id)).toBe(pending);
});

test('builds behind are newer builds for the same architecture', () => {
  const [old, newer] = [sampleImage(1), sampleImage(5)];
  const copiedLater = sampleImage(1, { createdAt: '2026-11-09T00:00:00.000Z' });
  const current = [newer, sampleImage(3), sampleImage(2, { arch: 'arm64' }), old];
  expect(buildsBehind(old, current)).toBe(2);
  expect(buildsBehind(copiedLater, current)).toBe(2);
  expect(buildsBehind(newer, current)).toBe(0);
});

test('the newest of each architecture are counted by themselves', () => {
  const images = [sampleImage(9), sampleImage(8), sampleImage(7, { arch: 'arm64' }), sampleImage(6)];
  expect(newestOfEach(images, 2)).toEqual([images[0], images[1], images[2]]);
});
