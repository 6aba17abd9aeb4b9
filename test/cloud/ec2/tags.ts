import { type Caller, Fault, type Parameters } from '../service.ts';
import type { Tags } from '../state.ts';
import { invalidValue, optional, required, structures } from './parameters.ts';

/** Tags as EC2 answers them. */
export function tagSet(tags: Tags): { key: string; value: string }[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

/** `Tag.N.Key`, `Tag.N.Value`, checked by EC2's rules; a service of AWS may use keys that begin with `aws:`. */
export function readTags(parameters: Parameters, caller?: Caller): Tags {
  const pairs = structures(parameters, 'Tag').map(tag => [required(tag, 'Key'), optional(tag, 'Value') ?? ''] as const);
  for (const [key, value] of pairs) checkTag(key, value, caller);
  const tags = Object.fromEntries(pairs);
  if (Object.keys(tags).length < pairs.length) {
    throw new Fault('InvalidParameterValue', 'Duplicate tag key specified: each key may be given once.');
  }
  return tags;
}

/** `TagSpecification.N`: tags for each type of resource that the action creates. */
export function readTagSpecifications(
  parameters: Parameters,
  types: readonly string[],
  caller?: Caller,
): Record<string, Tags> {
  const tags: Record<string, Tags> = {};
  for (const specification of structures(parameters, 'TagSpecification')) {
    const type = required(specification, 'ResourceType');
    if (!types.includes(type)) {
      const message = `'${type}' is not a valid taggable resource type for this operation.`;
      throw new Fault('InvalidParameterValue', `${message} Valid are: ${types.join(', ')}.`);
    }
    tags[type] = { ...tags[type], ...readTags(specification, caller) };
  }
  return tags;
}

/** Adds tags to those that a resource has, of which there may be 50, beside those of AWS. */
export function addTags(tags: Tags, added: Tags): Tags {
  const all = { ...tags, ...added };
  if (Object.keys(all).filter(key => !key.startsWith('aws:')).length <= 50) return all;
  throw new Fault('TagLimitExceeded', 'The maximum number of Tags for a resource has been reached.');
}

function checkTag(key: string, value: string, caller?: Caller): void {
  if (caller?.kind !== 'service' && key.toLowerCase().startsWith('aws:')) {
    throw new Fault('InvalidParameterValue', `Tag keys starting with 'aws:' are reserved for internal use: ${key}`);
  }
  if (key.length > 127) throw invalidValue('Key', key, 'a tag key has at most 127 characters');
  if (value.length > 255) throw invalidValue('Value', value, 'a tag value has at most 255 characters');
}
