import { functions } from './functions.ts';
import type { ParameterValue } from './parameters.ts';
import type { Pseudo } from './pseudo.ts';
import { type Block, isBlock, templateError, type Value } from './template.ts';

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
