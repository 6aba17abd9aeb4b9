import {
  type Capability,
  type CloudFormationClient,
  type Tag,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { PREVIOUS } from '../aws/tags.ts';
import type { WorkerStack } from './stacks.ts';

/** As many tags as a stack may have. */
const MOST_TAGS = 50;

/** An update that was started. */
export interface Update {
  stack: WorkerStack;
  to: string;
  /** Events of this update carry it. */
  token: string;
  startedAt: Date;
}

/**
 * The update of a stack that changes its image and nothing else: what is not said here (role, notifications, stack
 * policy, rollback triggers) stays as it is
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStack.html). Tags can only be given as a
 * whole, so those that there are go with the one that keeps the image the stack had.
 */
export function imageChange(stack: WorkerStack, imageId: string) {
  return {
    StackName: stack.name,
    UsePreviousTemplate: true,
    Parameters: stack.parameters.map(ParameterKey =>
      ParameterKey === stack.imageParameter
        ? { ParameterKey, ParameterValue: imageId }
        : { ParameterKey, UsePreviousValue: true },
    ),
    ...(stack.capabilities.length > 0 && { Capabilities: stack.capabilities as Capability[] }),
    ...(keepsPrevious(stack) && { Tags: tagsWithPrevious(stack) }),
  };
}

/** False when a stack has as many tags as it may: then what it had before is not kept. */
export function keepsPrevious({ tags, imageId }: WorkerStack): boolean {
  return imageId !== '' && (PREVIOUS in tags || Object.keys(tags).length < MOST_TAGS);
}

function tagsWithPrevious({ tags, imageId }: WorkerStack): Tag[] {
  // Tags of AWS's own can't be given, and stay.
  const own = Object.entries({ ...tags, [PREVIOUS]: imageId }).filter(([key]) => !key.startsWith('aws:'));
  return own.map(([Key, Value]) => ({ Key, Value }));
}

/** Starts the update. */
export async function startUpdate(
  cloudformation: CloudFormationClient,
  stack: WorkerStack,
  imageId: string,
  now: Date,
): Promise<Update> {
  const token = `lava-ami-${now.toISOString().replaceAll(/\W/g, '-')}-${process.pid}`;
  const request = { ...imageChange(stack, imageId), ClientRequestToken: token };
  await cloudformation.send(new UpdateStackCommand(request));
  return { stack, to: imageId, token, startedAt: now };
}

/** True when CloudFormation says that a stack is what it should be already. */
export function changesNothing(error: unknown): boolean {
  return error instanceof Error && /No updates are to be performed|didn't contain changes/.test(error.message);
}
