import { Fault } from '../../service.ts';

/** What a template is made of once YAML and JSON are the same: short tags are written out as functions. */
export type Value = string | number | boolean | null | Value[] | Block;
export type Block = { [name: string]: Value };

/** A template by its sections, each of which is there, if empty (user guide, "Template sections"). */
export interface Template {
  description: string | undefined;
  metadata: Value | undefined;
  /** Names of macros that AWS would run over it; `AWS::LanguageExtensions` is the only one known. */
  transforms: string[];
  parameters: Record<string, Block>;
  rules: Record<string, Block>;
  mappings: Record<string, Block>;
  conditions: Record<string, Value>;
  resources: Record<string, ResourceBlock>;
  outputs: Record<string, Block>;
}

export interface ResourceBlock extends Block {
  Type: string;
}

/** The refusal of a template, in AWS's words. */
export function formatError(message: string): Fault {
  return new Fault('ValidationError', `Template format error: ${message}`);
}

/** The refusal of what a function of a template is given. */
export function templateError(message: string): Fault {
  return new Fault('ValidationError', `Template error: ${message}`);
}

export function isBlock(value: unknown): value is Block {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A single value as text, as CloudFormation writes it; undefined for lists and blocks. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}
