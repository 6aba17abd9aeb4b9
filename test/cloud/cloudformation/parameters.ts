import { Fault, type Parameters } from '../service.ts';

/** A parameter that must be given, as text. Throws ValidationError. */
export function required(parameters: Parameters, name: string): string {
  const value = optional(parameters, name);
  if (value !== undefined) return value;
  throw invalid(
    `1 validation error detected: Value null at '${uncapitalized(name)}' failed to satisfy constraint: Member must not be null`,
  );
}

/** A parameter that may be absent, as text; an empty one is absent, too. */
export function optional(parameters: Parameters, name: string): string | undefined {
  const value: unknown = parameters[name];
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw invalid(`${name} must be a single value`);
}

/** `true` or `false`; undefined when it is absent. */
export function flag(parameters: Parameters, name: string): boolean | undefined {
  const value = optional(parameters, name);
  if (value === undefined || value === 'true' || value === 'false')
    return value === undefined ? value : value === 'true';
  throw invalid(`${name} must be true or false, not ${value}`);
}

/** `Name.member.N`; undefined when it is absent, an empty list when it is there and empty. */
export function members(parameters: Parameters, name: string): unknown[] | undefined {
  const value: unknown = parameters[name];
  if (value === undefined) return undefined;
  if (value === '') return [];
  if (Array.isArray(value)) return value;
  throw invalid(`${name} must be a list: ${name}.member.1, ${name}.member.2, ...`);
}

/** The same, of single values. */
export function texts(parameters: Parameters, name: string): string[] | undefined {
  return members(parameters, name)?.map(entry => {
    if (typeof entry === 'string') return entry;
    throw invalid(`${name} must be a list of single values`);
  });
}

/** The same, of structures. */
export function structures(parameters: Parameters, name: string): Parameters[] | undefined {
  return members(parameters, name)?.map(entry => {
    if (typeof entry === 'object' && entry !== null) return entry as Parameters;
    throw invalid(`${name} must be a list of structures`);
  });
}

/** One of the given words; undefined when it is absent. */
export function choice<Word extends string>(
  parameters: Parameters,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const value = optional(parameters, name);
  if (value === undefined || words.includes(value as Word)) return value as Word | undefined;
  const set = `Member must satisfy enum value set: [${words.join(', ')}]`;
  throw invalid(
    `1 validation error detected: Value '${value}' at '${uncapitalized(name)}' failed to satisfy constraint: ${set}`,
  );
}

/** Throws for parameters that would change what happens, and that nobody would look at. */
export function refuseOthers(parameters: Parameters, action: string, known: readonly string[]): void {
  const unknown = Object.keys(parameters).filter(name => !known.includes(name));
  if (unknown.length > 0)
    throw invalid(`The local cloud does not know the parameter ${unknown.join(', ')} of ${action}`);
}

/** CloudFormation's refusal of a request. */
export function invalid(message: string): Fault {
  return new Fault('ValidationError', message);
}

function uncapitalized(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
