import { expect, it } from 'vitest';
import { beginOf, buildOf, temporaryOf } from './build-tags.ts';

const ID = '2026-11-23T02-32-36Z-1f2e';
const tags = (all: Record<string, string>) => Object.entries(all).map(([Key, Value]) => ({ Key, Value }));

it.each<[string, Record<string, string>, string | undefined, string | undefined]>([
  ['what exists while a build runs', { BuildId: ID, Name: 'building lava-8.1.0' }, ID, ID],
  ['a finished image, or what inherited its tags', { BuildId: ID, Name: 'lava-8.1.0' }, undefined, ID],
  ["somebody else's BuildId", { BuildId: '4711', Name: 'building a house' }, undefined, undefined],
  ['nothing of a build', { Name: 'building lava-8.1.0' }, undefined, undefined],
])('%s', (_what, all, temporary, build) => {
  expect(temporaryOf(tags(all))).toBe(temporary);
  expect(buildOf(tags(all))).toBe(build);
});

it("a build's id says when it began", () => {
  expect(beginOf(ID)).toEqual(new Date('2026-11-23T02:32:36Z'));
});
