import { ANY_ACCOUNT, type ParameterValue } from './parameters.ts';
import {
  makePlan,
  type RenderedOutput,
  type RenderedResource,
  renderOutputs,
  renderResource,
  type Surroundings,
} from './plan.ts';
import { type Pseudo, pseudoParameters } from './pseudo.ts';
import { readTemplate } from './read-template.ts';

export interface Rendered {
  parameters: Record<string, ParameterValue>;
  conditions: Record<string, boolean>;
  /** The resources whose condition holds, each after those it needs. */
  resources: Record<string, RenderedResource>;
  outputs: Record<string, RenderedOutput>;
}

/**
 * A template as CloudFormation would understand it, without a cloud. Where a resource is meant, `Ref` gives its logical
 * id and `Fn::GetAtt` `LogicalId.Attribute`. Throws AWS's own refusal (a Fault) for a wrong template or parameter.
 */
export function render(body: string, parameters: Record<string, string> = {}, pseudo: Partial<Pseudo> = {}): Rendered {
  const plan = makePlan(readTemplate(body), parameters, { ...SAMPLE, ...pseudo }, ANY_ACCOUNT);
  return {
    parameters: plan.values,
    conditions: plan.conditions,
    resources: Object.fromEntries(plan.order.map(name => [name, renderResource(plan, name, ON_PAPER)])),
    outputs: renderOutputs(plan, ON_PAPER),
  };
}

const ON_PAPER: Surroundings = {
  ref: name => name,
  attribute: (name, attribute) => `${name}.${attribute}`,
  exported: name => name,
  zones: region => [`${region}a`, `${region}b`],
};

const SAMPLE = pseudoParameters({
  account: '123456789012',
  region: 'us-east-1',
  stackName: 'sample',
  stackId: 'arn:aws:cloudformation:us-east-1:123456789012:stack/sample/00000000-0000-0000-0000-000000000000',
});
