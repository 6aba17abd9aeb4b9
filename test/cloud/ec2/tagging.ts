import { Fault, type Parameters, type Service } from '../service.ts';
import type { State, Tags } from '../state.ts';
import type { Ec2Context } from './context.ts';
import { filtered } from './filters.ts';
import {
  IMAGE,
  INSTANCE,
  KEY_PAIR,
  type Kind,
  looksLike,
  SECURITY_GROUP,
  SNAPSHOT,
  SUBNET,
  VOLUME,
  VPC,
} from './identifiers.ts';
import { paged } from './paging.ts';
import { list, optional, required, structures } from './parameters.ts';
import { addTags, readTags } from './tags.ts';

interface Tagged {
  tags: Tags;
}

/** Resources that carry tags, by the prefix of their identifiers. */
const TAGGED: Record<string, { type: string; kind?: Kind; of: (state: State) => Record<string, Tagged> }> = {
  ami: { type: 'image', kind: IMAGE, of: state => state.images },
  i: { type: 'instance', kind: INSTANCE, of: state => state.instances },
  lt: { type: 'launch-template', of: state => state.launchTemplates },
  key: { type: 'key-pair', kind: KEY_PAIR, of: state => state.keyPairs },
  sg: { type: 'security-group', kind: SECURITY_GROUP, of: state => state.securityGroups },
  snap: { type: 'snapshot', kind: SNAPSHOT, of: state => state.snapshots },
  subnet: { type: 'subnet', kind: SUBNET, of: state => state.subnets },
  vol: { type: 'volume', kind: VOLUME, of: state => state.volumes },
  vpc: { type: 'vpc', kind: VPC, of: state => state.vpcs },
};

/** CreateTags, DeleteTags, DescribeTags. */
export function tagActions({ state }: Ec2Context): Service {
  return {
    CreateTags: parameters => {
      const resources = namedResources(state, parameters);
      const tags = readTags(parameters);
      const changed = resources.map(resource => addTags(resource.tags, tags));
      for (const [index, resource] of resources.entries()) resource.tags = changed[index]!;
      return { return: true };
    },
    DeleteTags: parameters => {
      const resources = namedResources(state, parameters);
      const doomed = structures(parameters, 'Tag').map(tag => [required(tag, 'Key'), optional(tag, 'Value')] as const);
      for (const resource of resources) resource.tags = without(resource.tags, doomed);
      return { return: true };
    },
    DescribeTags: parameters => {
      const all = Object.values(TAGGED).flatMap(({ type, of }) =>
        Object.entries(of(state)).flatMap(([id, { tags }]) =>
          Object.entries(tags).map(([key, value]) => ({ id, type, key, value, tags: { [key]: value } })),
        ),
      );
      const matching = filtered(all, parameters, {
        key: tag => tag.key,
        'resource-id': tag => tag.id,
        'resource-type': tag => tag.type,
        value: tag => tag.value,
      });
      const { items, nextToken } = paged(matching, parameters, ({ id, key }) => `${id} ${key}`);
      return {
        tagSet: items.map(({ id, type, key, value }) => ({ resourceId: id, resourceType: type, key, value })),
        nextToken,
      };
    },
  };
}

function namedResources(state: State, parameters: Parameters): Tagged[] {
  const ids = list(parameters, 'ResourceId');
  if (ids.length === 0) throw new Fault('MissingParameter', 'The request must contain the parameter resourceIdSet');
  return ids.map(id => {
    const { kind, of } = TAGGED[id.split('-', 1)[0]!] ?? {};
    const resources = of?.(state) ?? {};
    if (Object.hasOwn(resources, id)) return resources[id]!;
    throw kind && looksLike(kind.prefix, id)
      ? kind.notFound([id])
      : new Fault('InvalidID', `The ID '${id}' is not valid`);
  });
}

/** Without tags to delete, all go but those of AWS; a tag whose value is given goes only if it has that value. */
function without(tags: Tags, doomed: (readonly [string, string | undefined])[]): Tags {
  const isDoomed = (key: string, value: string) =>
    !key.startsWith('aws:') &&
    (doomed.length === 0 ||
      doomed.some(([name, expected]) => name === key && (expected === undefined || expected === value)));
  return Object.fromEntries(Object.entries(tags).filter(([key, value]) => !isDoomed(key, value)));
}
