import { createHash } from 'node:crypto';
import { ACCOUNT, REGION, type State } from '../state.ts';
import type { CloudFormationContext } from './context.ts';
import { checkTypes } from './resources/resource-types.ts';
import type { Stack, Wanted } from './stack.ts';
import { accountOf, checkAttribute } from './surroundings.ts';
import type { Account } from './template/parameters.ts';
import { makePlan, type Plan } from './template/plan.ts';
import { pseudoParameters } from './template/pseudo.ts';
import { readTemplate } from './template/read-template.ts';
import { referencesIn } from './template/references.ts';
import type { Template } from './template/template.ts';

/** The template of this text, checked for what the local cloud knows. Throws ValidationError. */
export function knownTemplate(body: string): Template {
  const template = readTemplate(body);
  checkTypes(template);
  for (const { name, attribute } of referencesIn([template.resources, template.outputs])) {
    const type = template.resources[name]?.Type;
    if (attribute !== undefined && type !== undefined) checkAttribute(type, name, attribute);
  }
  return template;
}

/** Keeps the text of a template, once for all stacks that have it. Throws ValidationError for one that is wrong. */
export function keepTemplate(
  { state, read }: CloudFormationContext,
  body: string,
): { key: string; template: Template } {
  const key = createHash('sha256').update(body).digest('hex').slice(0, 32);
  const template = read.get(key) ?? knownTemplate(body);
  state.templates[key] = body;
  read.set(key, template);
  return { key, template };
}

/** The template that was kept under this key. */
export function keptTemplate({ state, read }: Pick<CloudFormationContext, 'state' | 'read'>, key: string): Template {
  const known = read.get(key) ?? readTemplate(state.templates[key]!);
  read.set(key, known);
  return known;
}

/** What a stack is to become, in this account. Throws ValidationError for parameters that the template does not take. */
export function planOf(
  context: Pick<CloudFormationContext, 'state' | 'read'>,
  stack: Pick<Stack, 'stackName' | 'stackId'>,
  wanted: Wanted,
  account: Account = accountOf(context.state),
): Plan {
  const pseudo = pseudoParameters({
    account: ACCOUNT,
    region: REGION,
    stackName: stack.stackName,
    stackId: stack.stackId,
    notificationArns: wanted.notificationArns,
  });
  return makePlan(keptTemplate(context, wanted.template), wanted.parameters, pseudo, account);
}

/** Forgets the texts of templates that no stack has any more. */
export function forgetTemplates(state: State): void {
  const used = new Set(
    Object.values(state.stacks).flatMap(({ wanted, before, changeSets }) => [
      wanted.template,
      ...(before ? [before.wanted.template] : []),
      ...Object.values(changeSets).map(changeSet => changeSet.wanted.template),
    ]),
  );
  for (const key of Object.keys(state.templates)) if (!used.has(key)) delete state.templates[key];
}
