import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CloudFormationClient,
  DescribeStacksCommand,
  paginateDescribeStackEvents,
  type StackEvent,
} from '@aws-sdk/client-cloudformation';
import { isDenied } from '../aws/errors.ts';
import type { Update } from './update.ts';

/** How an update ended. */
export interface Ending {
  update: Update;
  status: string;
  /** It ended as it should. */
  ok: boolean;
  /** Why it was rolled back, if it was. */
  reason?: string;
  /** How long it took, in seconds. */
  seconds: number;
}

export interface Follower {
  /** Something happened to a resource of a stack. */
  onEvent(update: Update, event: StackEvent): void;
  /** What is still waited for, told before each look. */
  onWaiting(pending: Update[]): void;
  /** The credentials may not see events; it is waited without them. */
  onBlind(why: string): void;
}

/** Between two looks at all stacks; in milliseconds. */
const PAUSE = 2000;
const SUCCESS = 'UPDATE_COMPLETE';
/** How an update, and what may have been before it, begins. */
const STARTS = ['UPDATE_IN_PROGRESS', 'CREATE_IN_PROGRESS', 'IMPORT_IN_PROGRESS', 'REVIEW_IN_PROGRESS'];
const END = /_(COMPLETE|FAILED)$/;

/**
 * Waits for updates until each has ended, and tells their events as they come. One stack is asked after the other, so
 * that many of them don't exceed what CloudFormation allows. `pending` loses what has ended, also when it is interrupted.
 */
export async function follow(
  cloudformation: CloudFormationClient,
  pending: Update[],
  follower: Follower,
  signal: AbortSignal,
  pause = PAUSE,
): Promise<Ending[]> {
  const endings: Ending[] = [];
  const seen = new Map(pending.map(({ token }) => [token, new Set<string>()]));
  const reasons = new Map<string, string>();
  const began = new Map<string, Date>();
  let isBlind = false;
  const ended = (update: Update, status: string, reason: string | undefined, at = new Date()) => {
    const why = status === SUCCESS ? undefined : (reasons.get(update.token) ?? reason);
    const milliseconds = at.getTime() - (began.get(update.token) ?? update.startedAt).getTime();
    endings.push({
      update,
      status,
      ok: status === SUCCESS,
      ...(why && { reason: why }),
      seconds: Math.max(0, Math.round(milliseconds / 1000)),
    });
    pending.splice(pending.indexOf(update), 1);
  };
  const look = async (update: Update) => {
    const known = seen.get(update.token) ?? new Set();
    for (const event of await newEvents(cloudformation, update, known, signal)) {
      known.add(event.EventId ?? '');
      follower.onEvent(update, event);
      const { ResourceStatus: status, ResourceStatusReason: reason, Timestamp: at = new Date() } = event;
      if (!began.has(update.token)) began.set(update.token, at);
      // The first thing that went wrong is the reason; what follows from it only says that it was given up.
      if (status?.endsWith('_FAILED') && reason && !reasons.has(update.token)) reasons.set(update.token, reason);
      if (status && isEnd(update, event)) ended(update, status, reason, at);
    }
  };
  const lookBlindly = async (update: Update) => {
    const { Stacks = [] } = await cloudformation.send(new DescribeStacksCommand({ StackName: update.stack.id }), {
      abortSignal: signal,
    });
    const { StackStatus: status, StackStatusReason: reason, LastUpdatedTime } = Stacks[0] ?? {};
    // What it was before the update is no end of it.
    const isOurs = LastUpdatedTime?.toISOString() !== update.stack.updatedAt;
    if (isOurs && status && END.test(status)) ended(update, status, reason);
  };
  while (pending.length > 0) {
    follower.onWaiting(pending);
    for (const update of [...pending]) {
      signal.throwIfAborted();
      try {
        await (isBlind ? lookBlindly(update) : look(update));
      } catch (error) {
        if (isBlind || !isDenied(error)) throw error;
        isBlind = true;
        follower.onBlind((error as Error).message);
      }
    }
    if (pending.length > 0) await sleep(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
  return endings;
}

function isEnd({ stack }: Update, { PhysicalResourceId, ResourceStatus }: StackEvent): boolean {
  return PhysicalResourceId === stack.id && END.test(ResourceStatus ?? '');
}

/**
 * The events of an update that are not known yet, oldest first. CloudFormation gives the newest first, by the page; an
 * update begins with an event of the stack itself that carries its token. None as long as that is not to be seen.
 */
async function newEvents(
  client: CloudFormationClient,
  { stack, token }: Update,
  known: Set<string>,
  abortSignal: AbortSignal,
): Promise<StackEvent[]> {
  const events: StackEvent[] = [];
  for await (const page of paginateDescribeStackEvents({ client }, { StackName: stack.id }, { abortSignal })) {
    for (const event of page.StackEvents ?? []) {
      if (known.has(event.EventId ?? '')) return events.reverse();
      events.push(event);
      const isStart = event.PhysicalResourceId === stack.id && STARTS.includes(event.ResourceStatus ?? '');
      if (isStart) return event.ClientRequestToken === token ? events.reverse() : [];
    }
  }
  return [];
}
