import { Fault, type Parameters } from '../service.ts';

/** A parameter that must be given, as text. Throws ValidationError. */
export function required(parameters: Parameters, name: string): string {
  const value = optional(parameters, name);
  if (value !== undefined) return value;
  throw invalid(name, 'null', 'Member must not be null');
}

/** A parameter that may be absent or empty, as text. */
export function optional(parameters: Parameters, name: string): string | undefined {
  const value: unknown = parameters[name];
  if (value === undefined || typeof value === 'string') return value || undefined;
  throw invalid(name, JSON.stringify(value), 'Member must be a single value');
}

/** A whole number of this size; undefined when it is absent. */
export function integer(
  parameters: Parameters,
  name: string,
  { least = 0, most = 2_147_483_647 }: { least?: number; most?: number } = {},
): number | undefined {
  const value = optional(parameters, name);
  if (value === undefined) return undefined;
  if (!/^-?\d{1,10}$/.test(value)) throw invalid(name, value, 'Member must be a whole number');
  if (Number(value) < least) throw invalid(name, value, `Member must have value greater than or equal to ${least}`);
  if (Number(value) > most) throw invalid(name, value, `Member must have value less than or equal to ${most}`);
  return Number(value);
}

/** `true` or `false`; undefined when it is absent. */
export function flag(parameters: Parameters, name: string): boolean | undefined {
  const value = optional(parameters, name)?.toLowerCase();
  if (value === undefined) return undefined;
  if (value === 'true' || value === 'false') return value === 'true';
  throw invalid(name, value, 'Member must be true or false');
}

/** `Name.member.N` as a list; empty when it is absent, or sent empty. */
export function list(parameters: Parameters, name: string): string[] {
  return entries(parameters, name).map(entry => {
    if (typeof entry === 'string') return entry;
    throw invalid(name, JSON.stringify(entry), 'Member must be a list of single values');
  });
}

/** `Name.member.N.Field` as a list of structures; empty when it is absent, or sent empty. */
export function structures(parameters: Parameters, name: string): Parameters[] {
  return entries(parameters, name).map(entry => {
    if (typeof entry === 'object' && entry !== null) return entry as Parameters;
    throw invalid(name, String(entry), 'Member must be a list of structures');
  });
}

/** `Name.Field` as a structure; undefined when it is absent. */
export function structure(parameters: Parameters, name: string): Parameters | undefined {
  const value: unknown = parameters[name] || undefined;
  if (value === undefined || (typeof value === 'object' && !Array.isArray(value))) return value as Parameters;
  throw invalid(name, JSON.stringify(value), 'Member must be a structure');
}

/** Auto Scaling's refusal of a value. */
export function invalid(name: string, value: string, constraint: string): Fault {
  const place = name.charAt(0).toLowerCase() + name.slice(1);
  const problem = `1 validation error detected: Value '${value}' at '${place}' failed to satisfy constraint`;
  return new Fault('ValidationError', `${problem}: ${constraint}`);
}

function entries(parameters: Parameters, name: string): unknown[] {
  const value: unknown = parameters[name] || [];
  if (Array.isArray(value)) return value;
  throw invalid(name, JSON.stringify(value), `Member must be a list: ${name}.member.1, ${name}.member.2, ...`);
}
