import { Fault, type Parameters } from '../service.ts';
import { optional } from './names.ts';

/** One page by name: MaxItems (1 to 1000, 100 unless given) from Marker on. */
export function paged<Item>(items: Item[], parameters: Parameters, nameOf: (item: Item) => string) {
  const limit = Number(optional(parameters, 'MaxItems') ?? 100);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    throw new Fault('ValidationError', 'MaxItems must be a whole number from 1 to 1000');
  }
  const after = Buffer.from(optional(parameters, 'Marker') ?? '', 'base64').toString();
  const rest = items.filter(item => nameOf(item) > after).toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const page = rest.slice(0, limit);
  if (page.length === rest.length) return { page, position: { IsTruncated: false } };
  const Marker = Buffer.from(nameOf(page.at(-1)!)).toString('base64');
  return { page, position: { IsTruncated: true, Marker } };
}
