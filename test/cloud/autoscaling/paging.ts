import { Fault, type Parameters } from '../service.ts';
import { integer, optional } from './parameters.ts';

/** How many items a page has when nobody asks, and at most. */
export interface PageSize {
  unasked: number;
  most: number;
}

/**
 * One page, as MaxRecords and NextToken ask, in the order of the keys, so that nothing is listed twice or left out when
 * items come and go between the calls.
 */
export function paged<Item>(
  items: Item[],
  parameters: Parameters,
  keyOf: (item: Item) => string,
  { unasked, most }: PageSize,
): { items: Item[]; NextToken?: string } {
  const limit = integer(parameters, 'MaxRecords', { least: 1, most }) ?? unasked;
  const after = tokenKey(optional(parameters, 'NextToken'));
  const rest = items
    .filter(item => after === undefined || keyOf(item) > after)
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const page = rest.slice(0, limit);
  if (page.length === rest.length) return { items: page };
  return { items: page, NextToken: Buffer.from(`after ${keyOf(page.at(-1)!)}`).toString('base64') };
}

function tokenKey(token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  const text = Buffer.from(token, 'base64').toString();
  if (text.startsWith('after ')) return text.slice('after '.length);
  throw new Fault('InvalidNextToken', 'The token is not one that this action gave.');
}
