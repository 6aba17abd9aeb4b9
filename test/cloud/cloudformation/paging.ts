import type { Parameters } from '../service.ts';
import { invalid, optional } from './parameters.ts';

/** CloudFormation answers at most this many of anything at a time, and can't be asked for fewer. */
const PAGE = 100;

/** One page of items that keep their order, from NextToken on. `keyOf` names an item as no other is named. */
export function paged<Item>(items: Item[], parameters: Parameters, keyOf: (item: Item) => string) {
  const token = optional(parameters, 'NextToken');
  let start = 0;
  if (token !== undefined) {
    const last = Buffer.from(token, 'base64').toString();
    start = items.findIndex(item => keyOf(item) === last) + 1;
    if (start === 0) throw invalid(`The specified token is not valid: ${token}`);
  }
  const page = items.slice(start, start + PAGE);
  const isLast = start + PAGE >= items.length;
  return { page, NextToken: isLast ? undefined : Buffer.from(keyOf(page.at(-1)!)).toString('base64') };
}
