import { Fault, type Parameters, type Service } from '../service.ts';
import type { State, Tags } from '../state.ts';
import type { Ec2Context } from './context.ts';
import { filtered } from './filters.ts';
import { paged } from './paging.ts';
import { list, optional, required, structures } from './parameters.ts';
import { addTags, readTags } from './tags.ts';

interface Tagged {
  tags: Tags;
}

/** Resources that carry tags, by the prefix of their identifiers. */
const TAGGED: Record<string, { type: string; of: (state: State) => Record<string, Tagged> }> = {
  ami: { type: 'image', of: state => state.images },
  i: { type: 'instance', of: state => state.instances },
  lt: { type: 'launch-template', of: state => state.launchTemplates },
  key: { type: 'key-pair', of: state => state.keyPairs },
  sg: { type: 'security-group', of: state => state.securityGroups },
  snap: { type: 'snapshot', of: state => state.snapshots },
  subnet: { type: 'subnet', of: state => state.subnets },
  vol: { type: 'volume', of: state => state.volumes },
  vpc: { type: 'vpc', of: state => state.vpcs },
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
    const resources = TAGGED[id.split('-', 1)[0]!]?.of(state) ?? {};
    if (!Object.hasOwn(resources, id)) throw new Fault('InvalidID', `The ID '${id}' is not valid`);
    return resources[id]!;
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
