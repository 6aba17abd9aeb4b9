import { evaluateConditions } from './conditions.ts';
import { conditionHolds, evaluate, evaluateValue, NO_VALUE, type Scope } from './evaluate.ts';
import { inOrder } from './order.ts';
import { type Account, type ParameterValue, parameterTexts, parameterValues } from './parameters.ts';
import type { Pseudo } from './pseudo.ts';
import { checkRules } from './rules.ts';
import { type Block, formatError, isBlock, type ResourceBlock, type Template, textOf, type Value } from './template.ts';

/** What functions need to know of resources and of the rest of the account. */
export type Surroundings = Pick<Scope, 'ref' | 'attribute' | 'exported' | 'zones'>;

/** A template with its parameters: which resources there are to be, in which order, and what functions see. */
export interface Plan {
  template: Template;
  /** The text of each parameter, which may be `****` to others. */
  texts: Record<string, string>;
  values: Record<string, ParameterValue>;
  conditions: Record<string, boolean>;
  pseudo: Pseudo;
  /** Logical ids of the resources whose condition holds, each after those it needs. */
  order: string[];
}

/** One resource with its functions done. */
export interface RenderedResource {
  Type: string;
  Properties: Block;
  Metadata?: Value;
  CreationPolicy?: Block;
  UpdatePolicy?: Block;
  DeletionPolicy?: string;
}

export interface RenderedOutput {
  Value: string;
  Description?: string;
  ExportName?: string;
}

/** Checks parameters and rules, and decides the conditions. Throws ValidationError. */
export function makePlan(template: Template, given: Record<string, string>, pseudo: Pseudo, account: Account): Plan {
  const texts = parameterTexts(template.parameters, given);
  const values = parameterValues(template.parameters, texts, account);
  const outside = scopeOf({ template, texts, values, conditions: {}, pseudo, order: [] }, NO_RESOURCES);
  const conditions = evaluateConditions(template.conditions, outside);
  checkRules(template.rules, outside);
  const all = inOrder(template.resources);
  const scope = { ...outside, conditions };
  const order = all.filter(name => holds(template.resources[name]!, scope));
  return { template, texts, values, conditions, pseudo, order };
}

/** What the functions of a planned template see. Of a resource whose condition does not hold they may not speak. */
export function scopeOf({ template, values, conditions, pseudo, order }: Plan, surroundings: Surroundings): Scope {
  const present = (name: string) => {
    if (!order.includes(name) && Object.hasOwn(template.resources, name)) {
      throw formatError(`Unresolved resource dependencies [${name}] in the Resources block of the template`);
    }
    return name;
  };
  return {
    parameters: values,
    pseudo,
    mappings: template.mappings,
    conditions,
    ...surroundings,
    ref: name => surroundings.ref(present(name)),
    attribute: (name, attribute) => surroundings.attribute(present(name), attribute),
  };
}

/** One resource of a planned template with all its functions done. Throws ValidationError. */
export function renderResource(plan: Plan, logicalId: string, surroundings: Surroundings): RenderedResource {
  const { Type, Properties = {}, ...attributes } = plan.template.resources[logicalId]!;
  const scope = scopeOf(plan, surroundings);
  const block = (name: string) => {
    const content = attributes[name];
    const evaluated = content === undefined ? undefined : evaluate(content, scope);
    return isBlock(evaluated) ? { [name]: evaluated } : {};
  };
  const properties = evaluate(Properties, scope);
  const deletion = textOf(attributes.DeletionPolicy);
  return {
    Type,
    Properties: isBlock(properties) ? properties : {},
    ...block('Metadata'),
    ...block('CreationPolicy'),
    ...block('UpdatePolicy'),
    ...(deletion !== undefined && { DeletionPolicy: deletion }),
  };
}

/** The outputs whose condition holds. Throws ValidationError for one that is not text. */
export function renderOutputs(plan: Plan, surroundings: Surroundings): Record<string, RenderedOutput> {
  const scope = scopeOf(plan, surroundings);
  const outputs: Record<string, RenderedOutput> = {};
  for (const [name, output] of Object.entries(plan.template.outputs)) {
    if (!holds(output, scope)) continue;
    const value = textOf(evaluateValue(output.Value!, scope, `output ${name}`));
    if (value === undefined) throw formatError(`Output ${name} is malformed: its Value must be a text`);
    const { Export } = output;
    const exportName = isBlock(Export) && Export.Name !== undefined ? evaluate(Export.Name, scope) : NO_VALUE;
    const description = textOf(output.Description);
    outputs[name] = {
      Value: value,
      ...(description !== undefined && { Description: description }),
      ...(exportName !== NO_VALUE && { ExportName: String(exportName) }),
    };
  }
  return outputs;
}

function holds({ Condition }: Block | ResourceBlock, scope: Scope): boolean {
  return Condition === undefined || conditionHolds(String(Condition), scope);
}

function noResource(name: string): never {
  throw formatError(
    `Unresolved dependencies [${name}]. Cannot reference resources in the Conditions block of the template`,
  );
}

const NO_RESOURCES: Surroundings = { ref: noResource, attribute: noResource, exported: noResource, zones: () => [] };
