import { Fault, type Parameters } from '../service.ts';
import table from './limits.json' with { type: 'json' };

/** By service, action and parameter, under the names they have on the wire: `string 1..64`, `list ..50`. */
export type LimitTable = Record<string, Record<string, Record<string, string>>>;

/** AWS's own limits, as its service models have them; a test in `models/` holds the table against those. */
export const LIMITS: LimitTable = table;

/** What a parameter may hold: characters of a text, items of a list, or the number itself. */
export interface Limit {
  of: string;
  min: number;
  max: number;
}

/** Reads `string 1..64`. */
export function readLimit(text: string): Limit {
  const [, of = '', min, max] = /^(string|integer|list) (\d*)\.\.(\d*)$/.exec(text) ?? [];
  return { of, min: Number(min || 0), max: max ? Number(max) : Number.POSITIVE_INFINITY };
}

/** Names for which EC2 has a refusal of their own. */
const OWN_CODES: Record<string, string> = {
  'CopyImage.Name': 'InvalidAMIName.Malformed',
  'CreateImage.Name': 'InvalidAMIName.Malformed',
};

/** Throws for the first parameter that is longer, shorter, larger or smaller than the service takes. */
export function checkLimits(service: string, action: string, parameters: Parameters): void {
  for (const [name, text] of Object.entries(LIMITS[service]?.[action] ?? {})) {
    const value: unknown = parameters[name];
    // Clients of EC2 send empty texts for what nobody gave.
    if (value === undefined || value === null || (service === 'ec2' && value === '')) continue;
    const limit = readLimit(text);
    const size = sizeOf(value, limit.of);
    if (size === undefined || (size >= limit.min && size <= limit.max)) continue;
    const bound = size > limit.max ? `less than or equal to ${limit.max}` : `greater than or equal to ${limit.min}`;
    throw refusal(service, `${action}.${name}`, value, limit.of, bound);
  }
}

/** Undefined for what is no such thing: the action says so itself. */
function sizeOf(value: unknown, of: string): number | undefined {
  // The query protocol has no other way to write a list without items.
  if (of === 'list') return Array.isArray(value) ? value.length : value === '' ? 0 : undefined;
  if (of === 'string') return typeof value === 'string' ? value.length : undefined;
  return /^-?\d+$/.test(String(value)) ? Number(value) : undefined;
}

function refusal(service: string, path: string, value: unknown, of: string, bound: string): Fault {
  const name = path.slice(path.indexOf('.') + 1);
  const member = name.charAt(0).toLowerCase() + name.slice(1);
  if (service === 'ec2' && of === 'integer') {
    const message = `Value ( ${value} ) for parameter ${member} is invalid. Expecting a value ${bound}.`;
    return new Fault('InvalidParameterValue', message);
  }
  const what = `Member must have ${of === 'integer' ? 'value' : 'length'} ${bound}`;
  const message = `1 validation error detected: Value at '${member}' failed to satisfy constraint: ${what}`;
  if (service === 'ec2') return new Fault(OWN_CODES[path] ?? 'InvalidParameterValue', message);
  return new Fault(['ssm', 'pricing'].includes(service) ? 'ValidationException' : 'ValidationError', message);
}
