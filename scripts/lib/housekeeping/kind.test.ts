import { expect, it } from 'vitest';
import { imageOf } from '../aws/images.ts';
import { tagList } from '../aws/tags.ts';
import { kindOf } from './kind.ts';

const NAME = 'lava-8.1.0-amzn2023-py3.11-arm64-2025-07-02T08-43-48Z';

it.each([
  ['tags', { OS: 'debian12', PYTHON_VERSION: '3.12.4' }, NAME, 'debian12 arm64 py3.12'],
  ['the older spelling', { OS: 'debian12', PythonVersion: '3.12.4' }, NAME, 'debian12 arm64 py3.12'],
  ['the name', {}, NAME, 'amzn2023 arm64 py3.11'],
  ['neither', {}, 'lava-of-my-own', undefined],
  ['half of it', { OS: 'debian12' }, 'lava-of-my-own', undefined],
])('the kind of an image comes from %s', (_what, tags, Name, kind) => {
  expect(kindOf(imageOf({ Name, Architecture: 'arm64', Tags: tagList(tags) }))).toBe(kind);
});
