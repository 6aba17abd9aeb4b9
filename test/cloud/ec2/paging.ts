import { Fault, type Parameters } from '../service.ts';
import { integer, optional } from './parameters.ts';

export interface Page<Item> {
  items: Item[];
  /** For the next call; absent on the last page. */
  nextToken?: string;
}

/** How many items a page may be asked to have, and how many it has at most when nobody asks. */
interface PageSize {
  least: number;
  most: number;
  unasked?: number;
}

/**
 * One page, as MaxResults (5 to 1000, unless the action says otherwise) and NextToken ask; everything without
 * MaxResults. In the order of the
 * identifiers, so that nothing is listed twice or left out when resources come and go between the calls.
 */
export function paged<Item>(
  items: Item[],
  parameters: Parameters,
  idOf: (item: Item) => string,
  { least, most, unasked }: PageSize = { least: 5, most: 1000 },
): Page<Item> {
  const sorted = items.toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
  const limit = integer(parameters, 'MaxResults') ?? unasked;
  if (limit !== undefined && (limit < least || limit > most)) {
    const expected = limit < least ? `greater than or equal to ${least}` : `of at most ${most}`;
    const message = `Value ( ${limit} ) for parameter maxResults is invalid. Expecting a value ${expected}.`;
    throw new Fault('InvalidParameterValue', message);
  }
  const token = optional(parameters, 'NextToken');
  const after = token ? idFrom(token) : '';
  const rest = sorted.filter(item => idOf(item) > after);
  const page = rest.slice(0, limit);
  return page.length < rest.length ? { items: page, nextToken: tokenFor(idOf(page.at(-1)!)) } : { items: page };
}

function tokenFor(id: string): string {
  return Buffer.from(`after ${id}`).toString('base64');
}

function idFrom(token: string): string {
  const text = Buffer.from(token, 'base64').toString();
  if (text.startsWith('after ')) return text.slice('after '.length);
  throw new Fault('InvalidNextToken', 'The token is not one that this action gave.');
}
