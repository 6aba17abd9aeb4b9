import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Change,
  type CloudFormationClient,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  paginateDescribeChangeSet,
} from '@aws-sdk/client-cloudformation';
import { cleaningUp } from '../command/interruption.ts';
import { Failure } from '../command/problems.ts';
import type { WorkerStack } from './stacks.ts';
import { changesNothing, imageChange } from './update.ts';

/** What an update would do to one resource of a stack. */
export interface ResourceChange {
  action: string;
  resource: string;
  type: string;
  /** `True`, `False`, `Conditional`: whether another one takes its place. */
  replacement: string;
  /** What of it changes. */
  because: string[];
}

const PAUSE = 1000;
/** How often a change set is tried to be deleted that is still being made. */
const ATTEMPTS = 30;

/** What would change if the stack got the image. Makes a change set and deletes it again, whatever happens. */
export async function preview(
  cloudformation: CloudFormationClient,
  stack: WorkerStack,
  imageId: string,
  signal: AbortSignal,
  pause = PAUSE,
): Promise<ResourceChange[]> {
  const name = `lava-ami-${Date.now()}-${process.pid}`;
  const one = { StackName: stack.name, ChangeSetName: name };
  try {
    await cloudformation.send(
      new CreateChangeSetCommand({
        ...imageChange(stack, imageId),
        ChangeSetName: name,
        ChangeSetType: 'UPDATE',
        Description: 'What lava-ami --dry-run shows; it is deleted at once',
      }),
    );
    return await changesOf(cloudformation, one, signal, pause);
  } finally {
    await cleaningUp(() => remove(cloudformation, one, pause));
  }
}

interface ChangeSet {
  StackName: string;
  ChangeSetName: string;
}

async function changesOf(
  client: CloudFormationClient,
  one: ChangeSet,
  signal: AbortSignal,
  pause: number,
): Promise<ResourceChange[]> {
  const options = { abortSignal: signal };
  for (;;) {
    signal.throwIfAborted();
    const changes: Change[] = [];
    let status = '';
    // While it is being made there is one page, of nothing.
    for await (const page of paginateDescribeChangeSet({ client }, one, options)) {
      status = page.Status ?? '';
      if (status === 'FAILED') {
        if (changesNothing(new Error(page.StatusReason))) return [];
        throw new Failure(`CloudFormation can not say what would change: ${page.StatusReason}`);
      }
      changes.push(...(page.Changes ?? []));
    }
    if (status === 'CREATE_COMPLETE') return changes.map(resourceChange);
    await sleep(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

function resourceChange({ ResourceChange: change = {} }: Change): ResourceChange {
  const details = (change.Details ?? []).map(({ Target, CausingEntity }) =>
    [Target?.Name ?? Target?.Attribute, CausingEntity && `by ${CausingEntity}`].filter(Boolean).join(' '),
  );
  return {
    action: change.Action ?? '',
    resource: change.LogicalResourceId ?? '',
    type: change.ResourceType ?? '',
    replacement: change.Replacement ?? '',
    because: [...new Set(details)].filter(Boolean),
  };
}

/** CloudFormation refuses to delete a change set that it is still making. */
async function remove(cloudformation: CloudFormationClient, one: ChangeSet, pause: number): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await cloudformation.send(new DeleteChangeSetCommand(one));
      return;
    } catch (error) {
      if (/NotFound|ValidationError/.test((error as Error).name)) return; // it was never made
      if (attempt === ATTEMPTS || !/InvalidChangeSetStatus/.test((error as Error).name)) {
        const message = `The change set ${one.ChangeSetName} of ${one.StackName} is left behind: ${(error as Error).message}`;
        throw new Failure(message);
      }
      await sleep(pause);
    }
  }
}
