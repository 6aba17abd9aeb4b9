import type { ParameterValue } from './parameters.ts';
import type { Pseudo } from './pseudo.ts';
import type { Block, Value } from './template.ts';

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
