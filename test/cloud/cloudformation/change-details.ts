import { isDeepStrictEqual } from 'node:util';
import type { Tags } from '../state.ts';
import { changedProperties } from './changed-properties.ts';
import type { Paper } from './paper.ts';
import { RESOURCE_TYPES } from './resources/resource-types.ts';
import type { Stack, Wanted } from './stack.ts';
import { conditionsIn, referencesIn } from './template/references.ts';
import type { Block, Value } from './template/template.ts';

interface Question {
  after: Paper;
  before: Paper;
  logicalId: string;
  wanted: Wanted;
  stack: Stack;
  /** Tags that the resource is to have. */
  tags: Tags;
  /** The changes of the resources that come before this one. */
  changes: Record<string, Block>;
}

/** Scope, details and replacement of the change of one resource; undefined when it stays as it is. */
export function changeDetails(question: Question): Block | undefined {
  const { after, before, logicalId, stack, tags } = question;
  const [now, old] = [after.resources[logicalId]!, before.resources[logicalId]!];
  const type = RESOURCE_TYPES[now.Type]!;
  if (now.Type !== old.Type) return { Replacement: 'True', Scope: ['Properties'], Details: [] };
  const changed = changedProperties(now.Properties, old.Properties);
  const dynamic = Object.keys(now.Properties)
    .filter(name => !changed.includes(name))
    .flatMap(name => dynamicDetails(question, name));
  const retagged = type.tagged && !isDeepStrictEqual(tags, stack.resources[logicalId]!.tags);
  const details: Block[] = [
    ...changed.flatMap(name => staticDetails(question, name)),
    ...dynamic,
    ...(retagged ? [detail({ Attribute: 'Tags', RequiresRecreation: 'Never' }, 'Static', 'DirectModification')] : []),
  ];
  const attributes = (['UpdatePolicy', 'CreationPolicy', 'DeletionPolicy', 'Metadata'] as const).filter(
    name => !isDeepStrictEqual(now[name], old[name]),
  );
  if (details.length === 0 && !attributes.includes('Metadata')) return undefined;
  const recreations: string[] = details.map(recreationOf);
  const replacement = ['True', 'Conditional'].find(word => recreations.includes(word)) ?? 'False';
  return {
    Replacement: replacement,
    Scope: [
      ...(changed.length + dynamic.length > 0 ? ['Properties'] : []),
      ...(retagged ? ['Tags'] : []),
      ...attributes,
    ],
    Details: details,
  };
}

/** Whether one detail of a change calls for another physical resource. */
function recreationOf({ Target, Evaluation }: Block): string {
  const { RequiresRecreation } = Target as Block;
  if (RequiresRecreation === 'Never') return 'False';
  return Evaluation === 'Static' && RequiresRecreation === 'Always' ? 'True' : 'Conditional';
}

/** Why a property that a template spells out differently is different: parameters, or the template itself. */
function staticDetails({ after, before, logicalId, wanted, stack }: Question, name: string): Block[] {
  const target = targetOf(after, logicalId, name);
  const rawOf = ({ plan }: Paper) => propertyOf(plan.template.resources[logicalId]!, name);
  const isEdited = !isDeepStrictEqual(rawOf(after), rawOf(before));
  const causes = causesOf(after, rawOf(after)).filter(
    parameter => wanted.parameters[parameter] !== stack.wanted.parameters[parameter],
  );
  return [
    ...causes.map(parameter => detail(target, 'Static', 'ParameterReference', parameter)),
    detail(target, isEdited || causes.length === 0 ? 'Static' : 'Dynamic', 'DirectModification'),
  ];
}

/** A property that refers to a resource which changes may be different then. */
function dynamicDetails({ after, logicalId, changes }: Question, name: string): Block[] {
  const raw = propertyOf(after.plan.template.resources[logicalId]!, name);
  return referencesIn(raw).flatMap(({ name: referred, attribute }) => {
    const change = changes[referred];
    if (change?.Action !== 'Modify') return [];
    if (attribute === undefined && change.Replacement === 'False') return [];
    const target = targetOf(after, logicalId, name);
    return attribute === undefined
      ? [detail(target, 'Dynamic', 'ResourceReference', referred)]
      : [detail(target, 'Dynamic', 'ResourceAttribute', `${referred}.${attribute}`)];
  });
}

/** The parameters that a part of a template depends on, also by its conditions. */
function causesOf({ plan: { template } }: Paper, raw: Value): string[] {
  const direct = referencesIn(raw).map(({ name }) => name);
  const asked = new Set<string>();
  const ask = (part: Value) => {
    for (const condition of conditionsIn(part)) {
      if (asked.has(condition)) continue;
      asked.add(condition);
      ask(template.conditions[condition] ?? '');
    }
  };
  ask(raw);
  const indirect = [...asked].flatMap(name => referencesIn(template.conditions[name] ?? '').map(({ name }) => name));
  return [...new Set([...direct, ...indirect])].filter(name => Object.hasOwn(template.parameters, name));
}

function targetOf(paper: Paper, logicalId: string, name: string): Block {
  const change = RESOURCE_TYPES[paper.resources[logicalId]!.Type]?.properties[name];
  return { Attribute: 'Properties', Name: name, RequiresRecreation: change === 'replacement' ? 'Always' : 'Never' };
}

function propertyOf({ Properties }: Block, name: string): Value {
  return (Properties as Block | undefined)?.[name] ?? '';
}

function detail(target: Block, evaluation: string, source: string, cause?: string): Block {
  return {
    Target: target,
    Evaluation: evaluation,
    ChangeSource: source,
    ...(cause !== undefined && { CausingEntity: cause }),
  };
}
