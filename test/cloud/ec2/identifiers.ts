import { randomBytes } from 'node:crypto';
import { Fault } from '../service.ts';

/** A kind of resource, with EC2's words for an identifier that can't be one, and for one that nobody has. */
export interface Kind {
  prefix: string;
  malformed(id: string): Fault;
  notFound(ids: string[]): Fault;
}

export const IMAGE: Kind = {
  prefix: 'ami',
  malformed: id => malformed('InvalidAMIID.Malformed', id, 'ami'),
  notFound: ids =>
    new Fault(
      'InvalidAMIID.NotFound',
      ids.length === 1
        ? `The image id '[${ids[0]}]' does not exist`
        : `The image ids '[${ids.join(', ')}]' do not exist`,
    ),
};
export const INSTANCE: Kind = {
  prefix: 'i',
  malformed: id => malformed('InvalidInstanceID.Malformed', id, 'i'),
  notFound: ids => notFound('InvalidInstanceID.NotFound', ids, 'instance ID'),
};
export const VOLUME: Kind = {
  prefix: 'vol',
  malformed: id => unexpected(id, 'volumeId', 'vol'),
  notFound: ids => notFound('InvalidVolume.NotFound', ids, 'volume'),
};
export const SNAPSHOT: Kind = {
  prefix: 'snap',
  malformed: id => unexpected(id, 'snapshotId', 'snap'),
  notFound: ids => notFound('InvalidSnapshot.NotFound', ids, 'snapshot'),
};
export const KEY_PAIR: Kind = {
  prefix: 'key',
  malformed: id => malformed('InvalidKeyPairId.Malformed', id, 'key'),
  notFound: ids => notFound('InvalidKeyPair.NotFound', ids, 'key pair'),
};
export const SECURITY_GROUP: Kind = {
  prefix: 'sg',
  malformed: id => malformed('InvalidGroupId.Malformed', id, 'sg'),
  notFound: ids => notFound('InvalidGroup.NotFound', ids, 'security group'),
};
// EC2 does not look at the form of these two.
export const VPC: Kind = {
  prefix: 'vpc',
  malformed: id => notFound('InvalidVpcID.NotFound', [id], 'vpc ID'),
  notFound: ids => notFound('InvalidVpcID.NotFound', ids, 'vpc ID'),
};
export const SUBNET: Kind = {
  prefix: 'subnet',
  malformed: id => notFound('InvalidSubnetID.NotFound', [id], 'subnet ID'),
  notFound: ids => notFound('InvalidSubnetID.NotFound', ids, 'subnet ID'),
};

/** A new identifier: the prefix and 17 hexadecimal digits. */
export function newId(prefix: string): string {
  return `${prefix}-0${randomBytes(8).toString('hex')}`;
}

/** The resource with this identifier. Throws the kind's Malformed or NotFound. */
export function find<Resource>(
  collection: Record<string, Resource>,
  id: string,
  { malformed, notFound, prefix }: Kind,
) {
  if (!looksLike(prefix, id)) throw malformed(id);
  if (!Object.hasOwn(collection, id)) throw notFound([id]);
  return collection[id] as Resource;
}

/** The resources with these identifiers, or all of them when none is named. Throws, naming all that don't exist. */
export function select<Resource>(collection: Record<string, Resource>, ids: string[], kind: Kind): Resource[] {
  if (ids.length === 0) return Object.values(collection);
  const malformed = ids.find(id => !looksLike(kind.prefix, id));
  if (malformed !== undefined) throw kind.malformed(malformed);
  const missing = ids.filter(id => !Object.hasOwn(collection, id));
  if (missing.length > 0) throw kind.notFound(missing);
  return [...new Set(ids)].map(id => collection[id] as Resource);
}

/** Identifiers have 17 hexadecimal digits; those from before 2016 have 8. */
export function looksLike(prefix: string, id: string): boolean {
  return new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`).test(id);
}

function malformed(code: string, id: string, prefix: string): Fault {
  return new Fault(code, `Invalid id: "${id}" (expecting "${prefix}-...")`);
}

function unexpected(id: string, parameter: string, prefix: string): Fault {
  const message = `Value (${id}) for parameter ${parameter} is invalid. Expected: '${prefix}-...'.`;
  return new Fault('InvalidParameterValue', message);
}

function notFound(code: string, ids: string[], what: string): Fault {
  const sentence =
    ids.length === 1 ? `The ${what} '${ids[0]}' does not exist` : `The ${what}s '${ids.join(', ')}' do not exist`;
  return new Fault(code, sentence);
}
