import { type CloudFormationClient, paginateDescribeStacks, type Stack } from '@aws-sdk/client-cloudformation';
import { tagRecord } from '../aws/tags.ts';

/** A CloudFormation stack that runs a lava worker on instances of its own. */
export interface WorkerStack {
  name: string;
  id: string;
  realm: string;
  worker: string;
  status: string;
  statusReason?: string;
  /** When it was updated last, or else created; ISO 8601. */
  updatedAt: string;
  /** The parameter that holds the image. */
  imageParameter: string;
  imageId: string;
  /** Where the parameter holds the name of an SSM parameter instead of an image: that name. */
  imageFrom?: string;
  /** Instance types, or globs of such, that it may run on; empty when it does not say. */
  instanceTypes: string[];
  /** Names of all its parameters. */
  parameters: string[];
  capabilities: string[];
  tags: Record<string, string>;
  /** The stack that this one is a part of. */
  parent?: string;
}

/** What the stacks' parameters are called, by lava's templates of all ages. The first one that has a value counts. */
const IMAGE = ['amiId', 'sakAmiId'];
const INSTANCE_TYPE = ['workerInstanceType', 'instanceType', 'sakInstanceType', 'workerAllowedInstances'];

export interface Stacks {
  /** By name. */
  workers: WorkerStack[];
  /** Names of stacks that run a worker on the instances of another one; they have no image of their own. */
  parasites: string[];
}

/** All worker stacks of the region. */
export async function workerStacks(client: CloudFormationClient): Promise<Stacks> {
  const workers: WorkerStack[] = [];
  const parasites: string[] = [];
  // What CloudFormation answers is large, and goes page by page.
  for await (const { Stacks = [] } of paginateDescribeStacks({ client }, {})) {
    for (const stack of Stacks) {
      const found = workerOf(stack);
      if (found === 'parasite') parasites.push(stack.StackName ?? '');
      else if (found) workers.push(found);
    }
  }
  return { workers: workers.sort((a, b) => (a.name < b.name ? -1 : 1)), parasites: parasites.sort() };
}

/** The worker that a stack runs, nothing when it runs none; a parasite lacks a parameter for image or instance type. */
export function workerOf(stack: Stack): WorkerStack | 'parasite' | undefined {
  const parameters = new Map((stack.Parameters ?? []).map(parameter => [parameter.ParameterKey ?? '', parameter]));
  const value = (name: string) => parameters.get(name)?.ParameterValue ?? '';
  if (!parameters.has('realm') || !parameters.has('worker') || stack.StackStatus === 'DELETE_COMPLETE')
    return undefined;
  const imageParameter = IMAGE.find(value) ?? IMAGE.find(name => parameters.has(name));
  if (!imageParameter || !INSTANCE_TYPE.some(name => parameters.has(name))) return 'parasite';
  // The value of a parameter that is read from SSM is the name there; what was read is beside it.
  const resolved = parameters.get(imageParameter)?.ResolvedValue;
  const parent = stack.ParentId ?? stack.RootId;
  return {
    name: stack.StackName ?? '',
    id: stack.StackId ?? '',
    realm: value('realm'),
    worker: value('worker'),
    status: stack.StackStatus ?? '',
    ...(stack.StackStatusReason && { statusReason: stack.StackStatusReason }),
    updatedAt: (stack.LastUpdatedTime ?? stack.CreationTime)?.toISOString() ?? '',
    imageParameter,
    imageId: resolved ?? value(imageParameter),
    ...(resolved && { imageFrom: value(imageParameter) }),
    instanceTypes: (INSTANCE_TYPE.map(value).find(Boolean) ?? '').split(/[\s,]+/).filter(Boolean),
    parameters: [...parameters.keys()],
    capabilities: stack.Capabilities ?? [],
    tags: tagRecord(stack.Tags),
    ...(parent && { parent }),
  };
}

/** Why CloudFormation would not update the stack, or should not; nothing when it may. */
export function whyNotUpdatable({ status, statusReason, parent, imageFrom }: WorkerStack): string | undefined {
  const because = statusReason ? ` (${statusReason})` : '';
  if (status === 'REVIEW_IN_PROGRESS') return 'it is not created yet, only planned: REVIEW_IN_PROGRESS';
  if (status.endsWith('_IN_PROGRESS')) return `it is busy: ${status}`;
  if (/^(ROLLBACK_COMPLETE|DELETE_.*|.*_FAILED)$/.test(status))
    return `it is in no state for an update: ${status}${because}`;
  if (parent) return `it is a part of another stack, which has to be updated instead: ${parent}`;
  if (imageFrom) return `its image comes from the SSM parameter ${imageFrom}; change that`;
  return undefined;
}
