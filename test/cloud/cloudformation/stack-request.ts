import { Fault, type Parameters } from '../service.ts';
import type { Tags } from '../state.ts';
import type { CloudFormationContext } from './context.ts';
import { flag, invalid, optional, structures, texts } from './parameters.ts';
import { keepTemplate, keptTemplate } from './plan-of.ts';
import { neededCapabilities } from './resources/resource-types.ts';
import type { Wanted } from './stack.ts';
import { parameterTexts } from './template/parameters.ts';
import { type Template, textOf } from './template/template.ts';

/** Bytes of a template that a call may carry (user guide, "CloudFormation quotas"). */
const BODY_LIMIT = 51_200;

/**
 * What CreateStack, UpdateStack and CreateChangeSet ask of a stack; `before` is what it was, for an update. A template
 * with macros needs CAPABILITY_AUTO_EXPAND, unless it comes with a change set: that shows what they made of it.
 */
export function readWanted(
  context: CloudFormationContext,
  parameters: Parameters,
  before?: Wanted,
  { isChangeSet = false } = {},
): Wanted {
  const { key, template } = readTemplateOf(context, parameters, before);
  const capabilities = texts(parameters, 'Capabilities') ?? [];
  checkCapabilities(template, isChangeSet ? [...capabilities, 'CAPABILITY_AUTO_EXPAND'] : capabilities);
  const roleArn = optional(parameters, 'RoleARN') ?? before?.roleArn;
  return {
    template: key,
    parameters: readParameters(template, parameters, before),
    tags: readTags(parameters) ?? before?.tags ?? {},
    capabilities,
    notificationArns: texts(parameters, 'NotificationARNs') ?? before?.notificationArns ?? [],
    ...(roleArn !== undefined && { roleArn }),
  };
}

/** The text that TemplateBody carries. Throws for one that is somewhere else. */
export function readBody(parameters: Parameters): string | undefined {
  const url = optional(parameters, 'TemplateURL');
  if (url !== undefined) throw invalid('The local cloud takes a template by TemplateBody, not by TemplateURL');
  const body = optional(parameters, 'TemplateBody');
  if (body === undefined || Buffer.byteLength(body) <= BODY_LIMIT) return body;
  const constraint = `Member must have length less than or equal to ${BODY_LIMIT}`;
  throw invalid(`1 validation error detected: Value at 'templateBody' failed to satisfy constraint: ${constraint}`);
}

/** Throws InsufficientCapabilitiesException. */
function checkCapabilities(template: Template, given: string[]): void {
  const known = ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'];
  const unknown = given.find(capability => !known.includes(capability));
  if (unknown !== undefined) throw invalid(`Invalid capability ${unknown}: it must be one of ${known.join(', ')}`);
  const has = (capability: string) =>
    given.includes(capability) || (capability === 'CAPABILITY_IAM' && given.includes('CAPABILITY_NAMED_IAM'));
  const missing = neededCapabilities(template).capabilities.filter(capability => !has(capability));
  if (missing.length === 0) return;
  throw new Fault('InsufficientCapabilitiesException', `Requires capabilities : [${missing.join(', ')}]`);
}

function readTemplateOf(context: CloudFormationContext, parameters: Parameters, before: Wanted | undefined) {
  const body = readBody(parameters);
  const usePrevious = flag(parameters, 'UsePreviousTemplate') ?? false;
  if (usePrevious === (body !== undefined)) {
    throw invalid(
      before
        ? 'Either Template URL, Template Body or UsePreviousTemplate must be specified.'
        : 'Either Template URL or Template Body must be specified.',
    );
  }
  if (body === undefined) {
    if (!before) throw invalid('UsePreviousTemplate can only be used when updating a stack.');
    return { key: before.template, template: keptTemplate(context, before.template) };
  }
  return keepTemplate(context, body);
}

/** The text of every parameter: the given one, the one it had, or its default. */
function readParameters(template: Template, parameters: Parameters, before?: Wanted): Record<string, string> {
  const given: Record<string, string> = {};
  for (const parameter of structures(parameters, 'Parameters') ?? []) {
    const key = textOf(parameter.ParameterKey) ?? '';
    const value = textOf(parameter.ParameterValue);
    const problem = `Invalid input for parameter key ${key}.`;
    if (flag(parameter, 'UsePreviousValue')) {
      if (value !== undefined && value !== '') {
        throw invalid(`${problem} Cannot specify usePreviousValue as true and non empty value for a parameter`);
      }
      if (before && !Object.hasOwn(template.parameters, key)) given[key] = '';
      else if (!before || !Object.hasOwn(before.parameters, key)) {
        throw invalid(
          `${problem} Cannot specify usePreviousValue as true for a parameter key not in the previous template`,
        );
      } else given[key] = before.parameters[key]!;
    } else given[key] = value ?? '';
  }
  return parameterTexts(template.parameters, given);
}

/** `Tags.member.N`; undefined when they are not spoken of. */
function readTags(parameters: Parameters): Tags | undefined {
  const tags = structures(parameters, 'Tags');
  if (!tags) return undefined;
  if (tags.length > 50) throw invalid('A stack can have 50 tags at most');
  for (const { Key } of tags) {
    if (String(Key).toLowerCase().startsWith('aws:')) {
      throw invalid(`aws: prefixed tag key names are not allowed for external use: ${Key}`);
    }
  }
  const all = Object.fromEntries(tags.map(({ Key, Value }) => [String(Key), textOf(Value) ?? '']));
  if (Object.keys(all).length === tags.length) return all;
  throw invalid('Duplicate tag keys found: each key may be given once');
}
