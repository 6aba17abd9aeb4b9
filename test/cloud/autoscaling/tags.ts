import { type Caller, Fault, type Parameters, type Service } from '../service.ts';
import type { State } from '../state.ts';
import { wildcard } from '../wildcard.ts';
import type { AutoScalingContext } from './context.ts';
import type { AutoScalingGroup, GroupTag } from './group.ts';
import { paged } from './paging.ts';
import { flag, list, optional, required, structures } from './parameters.ts';

/** CreateOrUpdateTags, DeleteTags and DescribeTags: the tags of groups. */
export function tagActions({ state }: AutoScalingContext): Service {
  return {
    CreateOrUpdateTags: (parameters, { caller }) => {
      const tags = structures(parameters, 'Tags').map(tag => ({ group: taggedGroup(state, tag), tag }));
      for (const { tag } of tags) readTag(tag, caller);
      for (const { group, tag } of tags) Object.assign(group.tags, readTag(tag, caller));
      return {};
    },
    DeleteTags: parameters => {
      const tags = structures(parameters, 'Tags').map(tag => ({ group: taggedGroup(state, tag), tag }));
      for (const { group, tag } of tags) delete group.tags[required(tag, 'Key')];
      return {};
    },
    DescribeTags: parameters => {
      const all = Object.values(state.autoScalingGroups).flatMap(tagItems);
      const looks: Record<string, (item: TagItem) => string> = {
        'auto-scaling-group': item => item.ResourceId,
        key: item => item.Key,
        'propagate-at-launch': item => String(item.PropagateAtLaunch),
        value: item => item.Value,
      };
      const tests = structures(parameters, 'Filters').map(filter => {
        const name = required(filter, 'Name');
        const look = looks[name];
        if (!look) throw new Fault('ValidationError', `Filter type ${name} is not correct.`);
        const patterns = list(filter, 'Values').map(wildcard);
        return (item: TagItem) => patterns.some(pattern => pattern.test(look(item)));
      });
      const matching = all.filter(item => tests.every(test => test(item)));
      const keyOf = ({ ResourceId, Key }: TagItem) => `${ResourceId} ${Key}`;
      const { items, NextToken } = paged(matching, parameters, keyOf, { unasked: 50, most: 100 });
      return { Tags: items, NextToken };
    },
  };
}

/** `Tags.member.N` of a group that is being made. */
export function readTags(parameters: Parameters, caller: Caller): Record<string, GroupTag> {
  const tags = structures(parameters, 'Tags').map(tag => readTag(tag, caller));
  const all = Object.assign({}, ...tags);
  if (Object.keys(all).length === tags.length) return all;
  throw new Fault('ValidationError', 'Duplicate keys are not allowed for an individual resource.');
}

/** The groups that pass `Filters.member.N`, which look at tags. */
export function withTags(groups: AutoScalingGroup[], parameters: Parameters): AutoScalingGroup[] {
  const tests = structures(parameters, 'Filters').map(filter => {
    const name = required(filter, 'Name');
    const patterns = list(filter, 'Values').map(wildcard);
    const isOne = (value?: string) => value !== undefined && patterns.some(pattern => pattern.test(value));
    if (name === 'tag-key') return ({ tags }: AutoScalingGroup) => Object.keys(tags).some(isOne);
    if (name === 'tag-value') return ({ tags }: AutoScalingGroup) => Object.values(tags).some(tag => isOne(tag.value));
    if (name.startsWith('tag:')) return ({ tags }: AutoScalingGroup) => isOne(tags[name.slice('tag:'.length)]?.value);
    throw new Fault(
      'ValidationError',
      `Filter type ${name} is not correct. It must be tag-key, tag-value or tag:<key>.`,
    );
  });
  return groups.filter(group => tests.every(test => test(group)));
}

export interface TagItem {
  ResourceId: string;
  ResourceType: string;
  Key: string;
  Value: string;
  PropagateAtLaunch: boolean;
}

/** A group's tags as Auto Scaling answers them. */
export function tagItems({ name, tags }: AutoScalingGroup): TagItem[] {
  return Object.entries(tags).map(([Key, { value, propagateAtLaunch }]) => ({
    ResourceId: name,
    ResourceType: 'auto-scaling-group',
    Key,
    Value: value,
    PropagateAtLaunch: propagateAtLaunch,
  }));
}

function taggedGroup(state: State, tag: Parameters): AutoScalingGroup {
  const name = required(tag, 'ResourceId');
  if (Object.hasOwn(state.autoScalingGroups, name)) return state.autoScalingGroups[name]!;
  throw new Fault('ValidationError', `AutoScalingGroup name not found - AutoScalingGroup '${name}' not found`);
}

function readTag(tag: Parameters, caller: Caller): Record<string, GroupTag> {
  const key = required(tag, 'Key');
  const value = optional(tag, 'Value') ?? '';
  if (key.toLowerCase().startsWith('aws:') && caller.kind !== 'service') {
    throw new Fault('ValidationError', `Tag keys starting with 'aws:' are reserved for internal use: ${key}`);
  }
  if (key.length > 128 || value.length > 256) {
    throw new Fault('ValidationError', `The tag ${key} is too long: keys have 128 characters at most, values 256.`);
  }
  return { [key]: { value, propagateAtLaunch: flag(tag, 'PropagateAtLaunch') ?? true } };
}
