import { isDeepStrictEqual } from 'node:util';
import type { Tags } from '../state.ts';
import { willReplaceGroup } from './auto-scaling/group.ts';
import { changedProperties } from './changed-properties.ts';
import type { CloudFormationContext } from './context.ts';
import { resourceBecomes } from './events.ts';
import { type Made, ResourceFailure, type ResourceType, type WantedResource } from './resources/resource-type.ts';
import { RESOURCE_TYPES } from './resources/resource-types.ts';
import type { Stack, StackResource } from './stack.ts';
import { surroundingsOf } from './surroundings.ts';
import { type Plan, type RenderedResource, renderResource } from './template/plan.ts';
import { isBlock, textOf } from './template/template.ts';
import { type Operation, workOn } from './work.ts';

const REPLACEMENT = 'Requested update requires the creation of a new physical resource; hence creating one.';

/** Brings the resources of a stack to what a plan says, one after the other. Throws ResourceFailure, with its event. */
export async function deployResources(
  context: CloudFormationContext,
  operation: Operation,
  stack: Stack,
  plan: Plan,
): Promise<void> {
  for (const logicalId of plan.order) {
    operation.stop.throwIfAborted();
    const rendered = renderResource(plan, logicalId, surroundingsOf(context, stack));
    await deployResource(context, operation, stack, logicalId, rendered);
  }
}

async function deployResource(
  context: CloudFormationContext,
  operation: Operation,
  stack: Stack,
  logicalId: string,
  rendered: RenderedResource,
): Promise<void> {
  const type = RESOURCE_TYPES[rendered.Type]!;
  const wanted = wantedResource(stack, logicalId, rendered);
  const current = stack.resources[logicalId];
  if (!current || current.type !== rendered.Type) return create(context, operation, stack, logicalId, rendered, wanted);
  const change = changeOf(type, wanted, current);
  current.updatePolicy = rendered.UpdatePolicy ?? {};
  current.creationPolicy = rendered.CreationPolicy ?? {};
  if (rendered.DeletionPolicy) current.deletionPolicy = rendered.DeletionPolicy;
  if (change === 'none') return;
  if (change === 'replacement') {
    resourceBecomes(context, stack, current, 'UPDATE_IN_PROGRESS', REPLACEMENT);
    stack.discarded.push(structuredClone(current));
    return create(context, operation, stack, logicalId, rendered, wanted);
  }
  // What is tried is noted before it is: a rollback starts from there.
  const before = structuredClone(current);
  current.properties = wanted.properties;
  current.tags = wanted.tags;
  await during(context, operation, stack, current, 'UPDATE', async () => {
    checkProperties(type, rendered);
    return type.update(workOn(context, operation, stack, current), wanted, before);
  });
}

async function create(
  context: CloudFormationContext,
  operation: Operation,
  stack: Stack,
  logicalId: string,
  rendered: RenderedResource,
  wanted: WantedResource,
): Promise<void> {
  const type = RESOURCE_TYPES[rendered.Type]!;
  const before = stack.resources[logicalId];
  if (before && before.type !== rendered.Type) stack.discarded.push(before);
  const resource: StackResource = {
    logicalId,
    physicalId: '',
    type: rendered.Type,
    status: '',
    updatedAt: context.now().toISOString(),
    properties: wanted.properties,
    attributes: {},
    tags: wanted.tags,
    updatePolicy: rendered.UpdatePolicy ?? {},
    creationPolicy: rendered.CreationPolicy ?? {},
    ...(rendered.DeletionPolicy !== undefined && { deletionPolicy: rendered.DeletionPolicy }),
  };
  stack.resources[logicalId] = resource;
  await during(context, operation, stack, resource, before ? 'UPDATE' : 'CREATE', async () => {
    checkProperties(type, rendered);
    return type.create(workOn(context, operation, stack, resource), wanted);
  });
}

/** Does one step with a resource, between the event that begins it and the one that ends it. */
export async function during(
  context: CloudFormationContext,
  operation: Operation,
  stack: Stack,
  resource: StackResource,
  what: 'CREATE' | 'UPDATE',
  step: () => Promise<Partial<Made>>,
): Promise<void> {
  resourceBecomes(context, stack, resource, `${what}_IN_PROGRESS`);
  context.signals.open(stack.stackId, resource.logicalId);
  try {
    const { physicalId, attributes } = await step();
    if (physicalId !== undefined) resource.physicalId = physicalId;
    resource.attributes = { ...resource.attributes, ...attributes };
    resourceBecomes(context, stack, resource, `${what}_COMPLETE`);
  } catch (error) {
    if (context.stopping.aborted) throw error;
    const cancelled = operation.stop.aborted ? `Resource ${what === 'CREATE' ? 'creation' : 'update'} cancelled` : '';
    const reason = cancelled || (error as Error).message;
    resourceBecomes(context, stack, resource, `${what}_FAILED`, reason);
    if (!(error instanceof ResourceFailure) && !cancelled) {
      context.log(`${stack.stackName} ${resource.logicalId}: ${(error as Error).stack}`);
    }
    throw new ResourceFailure(reason);
  } finally {
    context.signals.close(stack.stackId, resource.logicalId);
  }
}

/** How a resource that there is comes to be what is wanted. */
export function changeOf(
  type: ResourceType,
  wanted: WantedResource,
  current: StackResource,
): 'none' | 'in place' | 'replacement' {
  const names = changedProperties(wanted.properties, current.properties);
  if (names.length === 0 && isDeepStrictEqual(wanted.tags, current.tags)) return 'none';
  if (names.some(name => type.properties[name] === 'replacement')) return 'replacement';
  const isGroup = current.type === 'AWS::AutoScaling::AutoScalingGroup';
  return isGroup && willReplaceGroup(wanted, current) ? 'replacement' : 'in place';
}

/** A resource's properties, policies and tags; those of the stack go to each of its resources. */
export function wantedResource(stack: Stack, logicalId: string, rendered: RenderedResource): WantedResource {
  return {
    properties: rendered.Properties,
    tags: RESOURCE_TYPES[rendered.Type]!.tagged
      ? { ...stack.wanted.tags, ...ownTags(rendered), ...stackTags(stack, logicalId) }
      : {},
    updatePolicy: rendered.UpdatePolicy,
    creationPolicy: rendered.CreationPolicy,
  };
}

/** The tags by which AWS tells to which stack something belongs (user guide, "Resource tags"). */
function stackTags({ stackName, stackId }: Stack, logicalId: string): Tags {
  return {
    'aws:cloudformation:stack-name': stackName,
    'aws:cloudformation:stack-id': stackId,
    'aws:cloudformation:logical-id': logicalId,
  };
}

function ownTags({ Properties: { Tags: tags } }: RenderedResource): Tags {
  const entries = (Array.isArray(tags) ? tags : []).filter(isBlock);
  return Object.fromEntries(entries.map(({ Key, Value }) => [String(Key), textOf(Value) ?? '']));
}

function checkProperties(type: ResourceType, { Type, Properties }: RenderedResource): void {
  const missing = type.required.filter(name => Properties[name] === undefined);
  const unknown = Object.keys(Properties).filter(name => name !== 'Tags' && !Object.hasOwn(type.properties, name));
  const problems = [
    ...missing.map(name => `#: required key [${name}] not found`),
    ...unknown.map(name => `#: extraneous key [${name}] is not permitted: the local cloud does not know it`),
  ];
  if (problems.length > 0) {
    throw new ResourceFailure(`Properties validation failed for resource of type ${Type}: ${problems.join('; ')}`);
  }
}
