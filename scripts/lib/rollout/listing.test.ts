import { expect, test } from 'vitest';
import { list, listingAsText } from './listing.ts';
import { sampleImage, sampleStack } from './samples.ts';

const NOW = new Date('2026-11-26');
const images = [
  sampleImage(8, { arch: 'arm64' }),
  sampleImage(7),
  sampleImage(6),
  sampleImage(1, { deprecatedAt: '2026-11-10T00:00:00Z' }),
];
const other = sampleImage(2, { id: 'ami-0ther', name: 'other', state: 'disabled' });
const inventory = {
  images,
  byId: new Map([...images, other].map(image => [image.id, image])),
  workers: [
    sampleStack({ name: 'a' }),
    sampleStack({ name: 'b', imageId: 'ami-90ne' }),
    sampleStack({ name: 'c', imageId: other.id }),
  ],
  parasites: ['p'],
  notes: ['Something was not asked.'],
  knowsStacks: true,
  knowsImages: true,
};
const all = { count: 5, isWanted: () => true };

test('images have their users, stacks how far they are behind', () => {
  const listing = list(inventory, all, NOW);
  expect(listing.images.map(({ newest, deprecated, usedBy }) => [newest, deprecated, usedBy])).toEqual([
    [true, false, []],
    [true, false, []],
    [false, false, []],
    [false, true, ['a']],
  ]);
  expect(listing.stacks.map(({ behind, imageName, imageState }) => [behind, imageName, imageState])).toEqual([
    [2, images[3]?.name, 'available'],
    [null, null, 'gone'],
    [2, 'other', 'disabled'],
  ]);
});

test('count, architecture and patterns choose what is listed; users are counted all the same', () => {
  const listing = list(inventory, { count: 1, arch: 'arm64', isWanted: name => name === 'b' }, NOW);
  expect(listing.images.map(({ arch }) => arch)).toEqual(['arm64']);
  expect(listing.stacks.map(({ name }) => name)).toEqual(['b']);
  expect(listing.parasites).toEqual([]);
});

test('an image that could not be asked for is not said to be gone', () => {
  const [, b] = list({ ...inventory, knowsImages: false }, all, NOW).stacks;
  expect(b).toMatchObject({ imageState: null, imageName: null });
});

test('as text it says what is gone, left alone, and not known', () => {
  const text = listingAsText(list(inventory, all, NOW), undefined, text => `<${text}>`);
  expect(text).toMatch(/^b .* ami-90ne +GONE: there is no such image any more +\? +CREATE_COMPLETE$/m);
  expect(text).toMatch(/^c .* other \(disabled\) /m);
  expect(text).toContain('Without an image of their own: p\n\nSomething was not asked.\n');
  expect(text).not.toMatch(/[<*]/);
});

test('the newest of each architecture stand out on a terminal, and nothing is wider than it', () => {
  const text = listingAsText(list(inventory, all, NOW), 80, text => `<${text}>`);
  expect(text.match(/<\* ami-/g)).toHaveLength(2);
  for (const width of [40, 80, 100, 200]) {
    for (const line of listingAsText(list(inventory, all, NOW), width, text => text).split('\n')) {
      expect(line.length).toBeLessThanOrEqual(width);
    }
  }
});

test('where there is nothing, it says so', () => {
  const empty = { ...inventory, images: [], workers: [], parasites: [], notes: [] };
  expect(listingAsText(list(empty, all, NOW), 80, text => text)).toBe(
    'No images for lava workers (available, of this account, named lava-*).\n\nNo worker stacks.\n',
  );
  const unknown = { ...empty, notes: ['Images: not you'] };
  expect(listingAsText(list(unknown, all, NOW), 80, text => text).trim()).toBe('Images: not you');
});
