import { expect, it } from 'vitest';
import { hasPlugins } from './plugins.ts';

it.each([
  ['Packer v1.6.6\n', false],
  ['Packer v1.7.0\n', true],
  ['Packer v1.14.2\n', true],
  ['Packer v2.0.0-dev', true],
  ['Packer v0.12.3', false],
  ['', false],
])('%j', (version, has) => expect(hasPlugins(version)).toBe(has));
