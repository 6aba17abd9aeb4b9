import { Fault, type Parameters } from '../service.ts';

/** A parameter that must be given, as text. Throws MissingParameter. */
export function required(parameters: Parameters, name: string): string {
  const value = optional(parameters, name);
  if (value === undefined) throw new Fault('MissingParameter', `The request must contain the parameter ${name}`);
  return value;
}

/** A parameter that may be absent, as text. An empty one is absent, too: clients send such for what nobody gave. */
export function optional(parameters: Parameters, name: string): string | undefined {
  return text(parameters, name) || undefined;
}

/** A parameter whose empty value means something. Throws InvalidParameterValue for a list or a structure. */
export function text(parameters: Parameters, name: string): string | undefined {
  const value: unknown = parameters[name];
  if (value === undefined || typeof value === 'string') return value;
  throw invalidValue(name, JSON.stringify(value), 'it must be a single value');
}

/** `Name.1=a&Name.2=b` as a list; empty when it is absent. */
export function list(parameters: Parameters, name: string): string[] {
  return entries(parameters, name).map(entry => {
    if (typeof entry === 'string') return entry;
    throw invalidValue(name, JSON.stringify(entry), 'it must be a list of single values');
  });
}

/** `Name.1.A=a&Name.1.B=b` as a list of structures; empty when it is absent. */
export function structures(parameters: Parameters, name: string): Parameters[] {
  return entries(parameters, name).map(entry => {
    if (typeof entry === 'object' && entry !== null) return entry as Parameters;
    throw invalidValue(name, String(entry), 'it must be a list of structures');
  });
}

/** `Name.A=a&Name.B=b` as a structure; empty when it is absent. */
export function structure(parameters: Parameters, name: string): Parameters {
  const value: unknown = parameters[name] ?? {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as Parameters;
  throw invalidValue(name, JSON.stringify(value), 'it must be a structure');
}

/** `true` or `false`, in any case; undefined when it is absent. */
export function flag(parameters: Parameters, name: string): boolean | undefined {
  const value = optional(parameters, name)?.toLowerCase();
  if (value === undefined) return undefined;
  if (value === 'true' || value === 'false') return value === 'true';
  throw invalidValue(name, value, 'it must be true or false');
}

/** A whole number; undefined when it is absent. */
export function integer(parameters: Parameters, name: string): number | undefined {
  const value = optional(parameters, name);
  if (value === undefined) return undefined;
  if (/^-?\d{1,9}$/.test(value)) return Number(value);
  throw invalidValue(name, value, 'it must be a whole number');
}

/** One of the given words; undefined when it is absent. */
export function choice<Word extends string>(
  parameters: Parameters,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const value = optional(parameters, name);
  if (value === undefined || words.includes(value as Word)) return value as Word | undefined;
  throw invalidValue(name, value, `it must be ${words.join(' or ')}`);
}

/** EC2's refusal of a value. */
export function invalidValue(name: string, value: string, why: string): Fault {
  return new Fault('InvalidParameterValue', `Value (${value}) for parameter ${name} is invalid: ${why}.`);
}

/** What EC2 could do and the local cloud can't. */
export function unsupported(message: string): Fault {
  return new Fault('Unsupported', `The local cloud can't do this: ${message}.`);
}

function entries(parameters: Parameters, name: string): unknown[] {
  const value: unknown = parameters[name] ?? [];
  if (Array.isArray(value)) return value;
  throw invalidValue(name, JSON.stringify(value), `it must be a list: ${name}.1, ${name}.2, ...`);
}
