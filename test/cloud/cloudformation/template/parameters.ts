import { Fault } from '../../service.ts';
import { checkConstraints } from './constraints.ts';
import { type AccountType, parameterType } from './parameter-types.ts';
import { type Block, formatError, textOf } from './template.ts';

/** What a template's functions see of a parameter: text, or for a list its entries. */
export type ParameterValue = string | string[];

/** What the account says about values that parameters name. */
export interface Account {
  /** True when the account has it. */
  has(type: AccountType, value: string): boolean;
  /** The value of a parameter of Systems Manager; undefined when there is none. */
  stored(name: string): string | undefined;
}

/** An account that has whatever one asks for: for templates that are looked at without a cloud. */
export const ANY_ACCOUNT: Account = { has: () => true, stored: name => name };

/**
 * The text of every declared parameter: what was given, else its default. Throws AWS's ValidationError for all that
 * have neither, or all that are not declared.
 */
export function parameterTexts(declared: Record<string, Block>, given: Record<string, string>): Record<string, string> {
  const unknown = Object.keys(given).filter(name => !Object.hasOwn(declared, name));
  if (unknown.length > 0) throw validation(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  const texts: Record<string, string> = {};
  const missing: string[] = [];
  for (const [name, { Default }] of Object.entries(declared)) {
    const text = given[name] ?? (Array.isArray(Default) ? Default.join(',') : textOf(Default));
    if (text === undefined) missing.push(name);
    else texts[name] = text;
  }
  if (missing.length > 0) throw validation(`Parameters: [${missing.join(', ')}] must have values`);
  return texts;
}

/** The values behind those texts, checked by their declarations. Throws ValidationError. */
export function parameterValues(
  declared: Record<string, Block>,
  texts: Record<string, string>,
  account: Account,
): Record<string, ParameterValue> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, readValue(name, declared[name]!, text, account)]),
  );
}

function readValue(name: string, declaration: Block, text: string, account: Account): ParameterValue {
  const type = parameterType(String(declaration.Type));
  if (!type) throw unknownType(name, declaration);
  checkConstraints(name, declaration, type, text);
  const meant = type.stored ? account.stored(text) : text;
  if (meant === undefined) {
    throw validation(`Unable to fetch parameters [${text}] from parameter store for this account.`);
  }
  const values = type.list ? meant.split(',').map(entry => entry.trim()) : [meant];
  const { of } = type;
  if (of !== 'String' && of !== 'Number') {
    const absent = values.find(value => !account.has(of, value));
    if (absent !== undefined) {
      const sentence = `parameter value ${absent} for parameter name ${name} does not exist`;
      throw validation(`Parameter validation failed: ${sentence}`);
    }
  }
  return type.list ? values : meant;
}

/** Throws when a declaration has a type that there is not, or a property that parameters don't have. */
export function checkDeclarations(declared: Record<string, Block>): void {
  for (const [name, declaration] of Object.entries(declared)) {
    if (!/^[A-Za-z0-9]+$/.test(name)) throw formatError(`Parameter name ${name} is non alphanumeric.`);
    if (typeof declaration.Type !== 'string') throw formatError(`Every Parameters object must contain a Type member.`);
    if (!parameterType(declaration.Type)) throw unknownType(name, declaration);
    const unknown = Object.keys(declaration).filter(property => !PROPERTIES.includes(property));
    if (unknown.length > 0) {
      throw formatError(`Invalid template parameter property '${unknown.join("', '")}'`);
    }
  }
}

const PROPERTIES = [
  'AllowedPattern',
  'AllowedValues',
  'ConstraintDescription',
  'Default',
  'Description',
  'MaxLength',
  'MaxValue',
  'MinLength',
  'MinValue',
  'NoEcho',
  'Type',
];

function unknownType(name: string, { Type }: Block) {
  return formatError(`Unrecognized parameter type: ${Type}, of parameter ${name}`);
}

function validation(message: string): Fault {
  return new Fault('ValidationError', message);
}
