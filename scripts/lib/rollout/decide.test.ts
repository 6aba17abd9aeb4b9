import { expect, test } from 'vitest';
import { PREVIOUS } from '../aws/tags.ts';
import { type Choice, decide } from './decide.ts';
import { sampleImage, sampleStack } from './samples.ts';

const TYPES = new Map([
  ['t3.micro', ['x86_64']],
  ['t4g.micro', ['arm64']],
]);
const deprecated = sampleImage(9, { deprecatedAt: '2026-11-10T00:00:00.000Z' });
const images = [deprecated, sampleImage(8, { arch: 'arm64' }), sampleImage(7), sampleImage(1)];
const circumstances = {
  inventory: { images, byId: new Map(images.map(image => [image.id, image])) },
  types: TYPES,
  now: new Date('2026-11-26'),
};
const of = (changed: object, choice: Choice, changedCircumstances: object = {}) => {
  const decision = decide(sampleStack(changed), choice, { ...circumstances, ...changedCircumstances });
  return decision.kind === 'refused' ? decision.why : `${decision.kind} ${decision.to.id}`;
};
const NEWEST: Choice = { kind: 'newest' };
const set = (image = sampleImage(7)): Choice => ({ kind: 'set', image });

test('the newest is the newest that fits and is not deprecated', () => {
  expect(of({}, NEWEST)).toBe(`update ${sampleImage(7).id}`);
  expect(of({ imageId: sampleImage(7).id }, NEWEST)).toBe(`has it ${sampleImage(7).id}`);
  expect(of({ instanceTypes: ['t4g.micro'] }, NEWEST)).toBe(`update ${sampleImage(8, { arch: 'arm64' }).id}`);
});

test('a stack that may run on both architectures keeps the one it has', () => {
  expect(of({ instanceTypes: ['t*'] }, NEWEST)).toBe(`update ${sampleImage(7).id}`);
  expect(of({ instanceTypes: ['t*'], imageId: 'ami-gone' }, NEWEST)).toBe(
    `update ${sampleImage(8, { arch: 'arm64' }).id}`,
  );
});

test('an image for another architecture is refused, a deprecated one that is named is not', () => {
  expect(of({}, set())).toBe(`update ${sampleImage(7).id}`);
  expect(of({}, set(deprecated))).toBe(`update ${deprecated.id}`);
  expect(of({ instanceTypes: ['t4g.micro'] }, set())).toBe('it runs on arm64 (t4g.micro), the image is for x86_64');
});

test('the previous image is the one of the tag, if there still is one', () => {
  const previous: Choice = { kind: 'previous' };
  expect(of({ tags: { [PREVIOUS]: sampleImage(7).id } }, previous)).toBe(`update ${sampleImage(7).id}`);
  expect(of({}, previous)).toBe('no image is recorded that it had before (tag lava-ami:previous)');
  expect(of({ tags: { [PREVIOUS]: 'ami-gone' } }, previous)).toBe(
    'ami-gone, which it had before, is no available image for lava any more',
  );
});

test('without instance types the image that it has says the architecture', () => {
  expect(of({}, set(), { types: undefined })).toBe(`update ${sampleImage(7).id}`);
  expect(of({ instanceTypes: [] }, NEWEST)).toBe(`update ${sampleImage(7).id}`);
  expect(of({ instanceTypes: [], imageId: 'ami-gone' }, NEWEST)).toMatch(/neither its instance types nor its image/);
  expect(of({ instanceTypes: ['x9.large'] }, NEWEST)).toMatch(/EC2 knows no instance type such as x9.large/);
});

test('a busy stack is refused', () => {
  expect(of({ status: 'UPDATE_IN_PROGRESS' }, NEWEST)).toBe('it is busy: UPDATE_IN_PROGRESS');
});
