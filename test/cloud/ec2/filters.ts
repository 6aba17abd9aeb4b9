import { Fault, type Parameters } from '../service.ts';
import type { Tags } from '../state.ts';
import { wildcard } from '../wildcard.ts';
import { list, required, structures } from './parameters.ts';

type FilterValue = string | number | boolean | undefined;

/** The filters of one Describe action: what of a resource each of them looks at. */
export type FilterTable<Resource> = Record<string, (resource: Resource) => FilterValue | FilterValue[]>;

/** What one call may ask for: filters, values of each, characters of a value (user guide, "Filter your resources"). */
const FILTERS = 50;
const VALUES = 200;
const LENGTH = 255;

/**
 * The resources that pass all of `Filter.N`; within one filter, any of its values will do. Values may have
 * wildcards. Throws InvalidParameterValue for a filter not in the table, FilterLimitExceeded for too many.
 */
export function filtered<Resource extends { tags: Tags }>(
  resources: Resource[],
  parameters: Parameters,
  table: FilterTable<Resource>,
): Resource[] {
  const filters = structures(parameters, 'Filter');
  if (filters.length > FILTERS) throw limit(`number of filters specified on a single call is ${FILTERS}`);
  const tests = filters.map(filter => {
    const look = lookAt(required(filter, 'Name'), table);
    const values = list(filter, 'Value');
    if (values.length > VALUES) throw limit(`number of filter values specified on a single call is ${VALUES}`);
    if (values.some(value => value.length > LENGTH)) throw limit(`length of filter values is ${LENGTH} characters`);
    const patterns = values.map(wildcard);
    return (resource: Resource) =>
      [look(resource)]
        .flat()
        .some(value => value !== undefined && patterns.some(pattern => pattern.test(String(value))));
  });
  return resources.filter(resource => tests.every(test => test(resource)));
}

function limit(what: string): Fault {
  return new Fault('FilterLimitExceeded', `The maximum ${what}`);
}

function lookAt<Resource extends { tags: Tags }>(name: string, table: FilterTable<Resource>) {
  if (name.startsWith('tag:')) {
    const key = name.slice('tag:'.length);
    return ({ tags }: Resource) => (Object.hasOwn(tags, key) ? tags[key] : undefined);
  }
  if (name === 'tag-key') return ({ tags }: Resource) => Object.keys(tags);
  if (Object.hasOwn(table, name)) return table[name]!;
  const known = [...Object.keys(table), 'tag:<key>', 'tag-key'].join(', ');
  throw new Fault('InvalidParameterValue', `The filter '${name}' is invalid. The local cloud knows: ${known}.`);
}
