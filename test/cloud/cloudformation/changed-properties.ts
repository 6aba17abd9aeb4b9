import { isDeepStrictEqual } from 'node:util';
import type { Block } from './template/template.ts';

/** Names of the properties that differ between what is wanted and what there is. */
export function changedProperties(wanted: Block, current: Block): string[] {
  const names = new Set([...Object.keys(wanted), ...Object.keys(current)]);
  return [...names].filter(name => !isDeepStrictEqual(wanted[name], current[name]));
}
