import type { ParameterValue } from './parameters.ts';
import type { Pseudo } from './pseudo.ts';
import { attributeReference, placeholder, type Reference } from './references.ts';
import { type Block, isBlock, templateError, textOf, type Value } from './template.ts';

/** What the functions of a template are evaluated with. */
export interface Scope {
  parameters: Record<string, ParameterValue>;
  pseudo: Pseudo;
  mappings: Record<string, Block>;
  /** True or false for each condition of the template. */
  conditions: Record<string, boolean>;
  /** The value of `Ref` for a resource. Throws when there is none. */
  ref(logicalId: string): Value;
  /** The value of `Fn::GetAtt`. Throws when the resource has no such attribute. */
  attribute(logicalId: string, name: string): Value;
  /** The value that another stack exports. Throws when none does. */
  exported(name: string): Value;
  /** Zones of a region, for Fn::GetAZs. */
  zones(region: string): string[];
}

/** Stands for `AWS::NoValue`: whatever is this is left out. */
export const NO_VALUE = Symbol('AWS::NoValue');
export type Evaluated = Value | typeof NO_VALUE;

/** A part of a template with all its functions done. Throws ValidationError. */
export function evaluate(value: Value, scope: Scope): Evaluated {
  if (Array.isArray(value)) return value.map(entry => evaluate(entry, scope)).filter(entry => entry !== NO_VALUE);
  if (!isBlock(value)) return value;
  const [name, ...others] = Object.keys(value);
  if (name !== undefined && others.length === 0 && Object.hasOwn(functions, name)) {
    return functions[name]!(value[name]!, scope);
  }
  const block: Block = {};
  for (const [key, content] of Object.entries(value)) {
    const evaluated = evaluate(content, scope);
    if (evaluated !== NO_VALUE) block[key] = evaluated;
  }
  return block;
}

/** Evaluates what must have a value; `what` names it in the refusal. */
export function evaluateValue(value: Value, scope: Scope, what: string): Value {
  const evaluated = evaluate(value, scope);
  if (evaluated === NO_VALUE) throw templateError(`${what} must not be AWS::NoValue`);
  return evaluated;
}

type Function = (argument: Value, scope: Scope) => Evaluated;

/** The functions that a template may use, by their long names (template reference, "Intrinsic functions"). */
export const functions: Record<string, Function> = {
  Ref: (argument, scope) => {
    if (typeof argument !== 'string') throw templateError('all Ref functions must have a name as their parameter');
    return meaningOf({ name: argument }, scope);
  },
  'Fn::GetAtt': (argument, scope) => {
    const [reference, ...more] = attributeReference(argument);
    if (!reference) throw templateError('every Fn::GetAtt object requires two non-empty parameters');
    const attribute =
      more.length > 0 && Array.isArray(argument) ? text('Fn::GetAtt', argument[1]!, scope) : reference.attribute;
    if (!attribute) throw templateError('every Fn::GetAtt object requires two non-empty parameters');
    return scope.attribute(reference.name, attribute);
  },
  'Fn::Sub': (argument, scope) => {
    const [template, variables = {}] = Array.isArray(argument) ? argument : [argument];
    if (typeof template !== 'string' || !isBlock(variables)) {
      throw templateError(
        "One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string",
      );
    }
    return template.replace(/\$\{([^}]*)\}/g, (_whole, inside: string) => {
      if (inside.startsWith('!')) return `\${${inside.slice(1)}}`;
      const reference = placeholder(inside);
      if (Object.hasOwn(variables, inside.trim())) return text('Fn::Sub', variables[inside.trim()]!, scope);
      return plain('Fn::Sub', meaningOf(reference, scope));
    });
  },
  'Fn::Join': (argument, scope) => {
    const [delimiter, list] = arguments_('Fn::Join', argument, 2);
    if (typeof delimiter !== 'string')
      throw templateError(
        'every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined',
      );
    return texts('Fn::Join', list!, scope).join(delimiter);
  },
  'Fn::Split': (argument, scope) => {
    const [delimiter, source] = arguments_('Fn::Split', argument, 2);
    if (typeof delimiter !== 'string' || delimiter === '')
      throw templateError(
        'every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split',
      );
    return text('Fn::Split', source!, scope).split(delimiter);
  },
  'Fn::Select': (argument, scope) => {
    const [index, list] = arguments_('Fn::Select', argument, 2);
    const values = evaluate(list!, scope);
    const number = text('Fn::Select', index!, scope);
    if (!Array.isArray(values))
      throw templateError('Fn::Select requires a list argument with two elements: an integer index and a list');
    const selected = /^\d+$/.test(number) ? values[Number(number)] : undefined;
    if (selected === undefined) throw templateError(`Fn::Select cannot select nonexistent value at index ${number}`);
    return selected;
  },
  'Fn::Base64': (argument, scope) => Buffer.from(text('Fn::Base64', argument, scope)).toString('base64'),
  'Fn::FindInMap': (argument, scope) => {
    const [map, ...keys] = arguments_('Fn::FindInMap', argument, 3, 4)
      .slice(0, 3)
      .map(entry => text('Fn::FindInMap', entry, scope));
    const [first, second] = keys as [string, string];
    const found = scope.mappings[map!]?.[first];
    const value = isBlock(found) ? found[second] : undefined;
    if (value !== undefined) return value;
    const fallback = (argument as Value[])[3];
    if (isBlock(fallback) && fallback.DefaultValue !== undefined) return evaluate(fallback.DefaultValue, scope);
    throw templateError(`Unable to get mapping for ${map}::${first}::${second}`);
  },
  'Fn::If': (argument, scope) => {
    const [condition, yes, no] = arguments_('Fn::If', argument, 3);
    if (typeof condition !== 'string') throw templateError('Fn::If requires a condition name as its first argument');
    return evaluate(conditionHolds(condition, scope) ? yes! : no!, scope);
  },
  'Fn::GetAZs': (argument, scope) => scope.zones(text('Fn::GetAZs', argument, scope) || scope.pseudo['AWS::Region']),
  'Fn::ImportValue': (argument, scope) => scope.exported(text('Fn::ImportValue', argument, scope)),
  'Fn::ToJsonString': (argument, scope) => JSON.stringify(evaluateValue(argument, scope, 'what Fn::ToJsonString gets')),
  'Fn::Length': (argument, scope) => {
    const list = evaluate(argument, scope);
    if (Array.isArray(list)) return list.length;
    throw templateError('Fn::Length requires a list');
  },
};

/** True when a condition of this name holds. Throws ValidationError when there is none. */
export function conditionHolds(name: string, { conditions }: Scope): boolean {
  if (Object.hasOwn(conditions, name)) return conditions[name]!;
  throw templateError(`unresolved condition dependency ${name} in the Conditions block of the template`);
}

/** What a name of the template stands for: a parameter, a pseudo parameter, a resource, or its attribute. */
function meaningOf({ name, attribute }: Reference, scope: Scope): Evaluated {
  if (attribute !== undefined) return scope.attribute(name, attribute);
  if (name === 'AWS::NoValue') return NO_VALUE;
  if (Object.hasOwn(scope.pseudo, name)) return scope.pseudo[name as keyof typeof scope.pseudo];
  if (Object.hasOwn(scope.parameters, name)) return scope.parameters[name]!;
  return scope.ref(name);
}

function arguments_(name: string, argument: Value, least: number, most = least): Value[] {
  if (Array.isArray(argument) && argument.length >= least && argument.length <= most) return argument;
  throw templateError(`${name} requires a list of ${least} values`);
}

function text(name: string, value: Value, scope: Scope): string {
  return plain(name, evaluate(value, scope));
}

function plain(name: string, value: Evaluated): string {
  const single = textOf(value);
  if (single !== undefined) return single;
  const given = value === NO_VALUE ? 'AWS::NoValue' : JSON.stringify(value);
  throw templateError(`${name} needs a single value, which ${given} is not`);
}

function texts(name: string, value: Value, scope: Scope): string[] {
  const list = evaluate(value, scope);
  if (Array.isArray(list)) return list.map(entry => plain(name, entry));
  throw templateError(`${name} needs a list of values`);
}
