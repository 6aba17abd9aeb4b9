import { randomBytes } from 'node:crypto';
import { type Caller, Fault, type Parameters } from '../service.ts';
import type { Tags } from '../state.ts';

/** A parameter that must be given, as text. Throws ValidationError. */
export function required(parameters: Parameters, name: string): string {
  const value = optional(parameters, name);
  if (value !== undefined && value !== '') return value;
  throw new Fault('ValidationError', `1 validation error detected: ${name} must not be null or empty`);
}

/** A parameter that may be absent, as text. Throws ValidationError for a list or a structure. */
export function optional(parameters: Parameters, name: string): string | undefined {
  const value: unknown = parameters[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new Fault('ValidationError', `1 validation error detected: ${name} must be a single value`);
}

/** The name of a role, profile or policy that is to be made: up to `limit` letters, digits and `_+=,.@-`. */
export function newName(parameters: Parameters, parameter: string, limit: number): string {
  const name = required(parameters, parameter);
  if (name.length > limit || !/^[\w+=,.@-]+$/.test(name) || name === '__proto__') {
    const rule = `at most ${limit} letters, digits and any of _+=,.@-`;
    throw new Fault('ValidationError', `The specified value for ${parameter} is invalid. It must contain ${rule}`);
  }
  return name;
}

/** A path, `/` unless given: begins and ends with a slash. */
export function readPath(parameters: Parameters): string {
  const path = optional(parameters, 'Path') ?? '/';
  if (/^\/(?:[!-~]+\/)?$/.test(path) && path.length <= 512) return path;
  throw new Fault('ValidationError', 'The specified value for path is invalid. It must begin and end with /');
}

/** A new unique identifier, as IAM makes them: four letters for the kind, then 17 more characters. */
export function newId(prefix: 'AROA' | 'AIPA'): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return prefix + Array.from(randomBytes(17), byte => alphabet[byte % alphabet.length]).join('');
}

/** `Tags.member.N`, checked by IAM's rules; a service of AWS may use keys that begin with `aws:`. */
export function readTags(parameters: Parameters, caller?: Caller): Tags {
  const given: unknown = parameters.Tags ?? [];
  if (!Array.isArray(given)) throw new Fault('ValidationError', 'Tags must be a list');
  const pairs = given.map(tag => [required(tag, 'Key'), optional(tag, 'Value') ?? ''] as const);
  const reserved = pairs.find(([key]) => key.toLowerCase().startsWith('aws:'));
  if (reserved && caller?.kind !== 'service')
    throw new Fault('InvalidInput', `Tag keys beginning with aws: are reserved: ${reserved[0]}`);
  return Object.fromEntries(pairs);
}

/** Tags as IAM answers them. */
export function tagList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
