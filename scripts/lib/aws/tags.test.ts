import { expect, it } from 'vitest';
import { tagList, tagOf, tagRecord } from './tags.ts';

it('tags are a list for AWS and a record for us', () => {
  const tags = { Name: 'lava-x', LavaSkipped: '' };
  expect(tagRecord(tagList(tags))).toEqual(tags);
  expect(tagRecord(undefined)).toEqual({});
});

it('a tag without a value is as good as none', () => {
  const tags = tagList({ Name: 'lava-x', LavaSkipped: '' });
  expect([tagOf(tags, 'Name'), tagOf(tags, 'LavaSkipped'), tagOf(tags, 'OS')]).toEqual([
    'lava-x',
    undefined,
    undefined,
  ]);
});
