import { randomBytes } from 'node:crypto';
import { textOf } from '../template/template.ts';
import type { WantedResource, Work } from './resource-type.ts';

/** A name as CloudFormation makes them: of stack, logical id and 12 random characters, at most so long. */
export function physicalName({ stackName, logicalId }: Work, limit: number): string {
  const random = Array.from(randomBytes(12), byte => ALPHABET[byte % ALPHABET.length]).join('');
  const room = limit - random.length - 2;
  const half = Math.floor(room / 2);
  const logical = logicalId.slice(0, Math.max(half, room - stackName.length));
  return `${stackName.slice(0, room - logical.length)}-${logical}-${random}`;
}

/** The name that the template gives, else a new one. */
export function nameOr(work: Work, { properties }: WantedResource, property: string, limit: number): string {
  return textOf(properties[property]) ?? physicalName(work, limit);
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
