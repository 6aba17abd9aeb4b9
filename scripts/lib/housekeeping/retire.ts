import { DeregisterImageCommand, type EC2Client, EnableImageDeprecationCommand } from '@aws-sdk/client-ec2';
import { explainAwsError, isDenied, isThrottled } from '../aws/errors.ts';
import { isGone } from '../cleanup/removals.ts';
import type { Progress } from '../command/progress.ts';
import type { Assess } from './assess.ts';
import { type Decision, SOON } from './decide.ts';
import { refusal } from './question.ts';

/** What was done with an image, or why it was not. */
export interface Outcome {
  imageId: string;
  done: 'deprecated' | 'deregistered' | 'failed' | 'stayed' | 'not done';
  detail?: string;
}

export interface RetireOptions {
  ec2: EC2Client;
  decisions: readonly Decision[];
  /** Looks again, right before an image goes for good. */
  assess: Assess;
  signal: AbortSignal;
  progress: Progress;
}

/**
 * Deprecates and deregisters what was decided, images to be deprecated first, and says of each what was done. It ends
 * early when it is interrupted, when a right is missing, or when the last look gets no answer; it never throws.
 */
export async function retire({ ec2, decisions, assess, signal, progress }: RetireOptions): Promise<Outcome[]> {
  const work = [
    ...decisions.filter(({ fate }) => fate === 'deprecate'),
    ...decisions.filter(({ fate }) => fate === 'deregister'),
  ];
  const outcomes: Outcome[] = [];
  let ended: string | undefined;
  for (const [index, { image, fate }] of work.entries()) {
    if (signal.aborted) ended ??= 'interrupted before';
    if (ended !== undefined) {
      outcomes.push({ imageId: image.id, done: 'not done', detail: ended });
      continue;
    }
    progress.working(`${image.name} (${index + 1} of ${work.length})`);
    const step = fate === 'deprecate' ? deprecate : deregister;
    const outcome = await step({ ec2, assess }, image.id).catch((error): Outcome => {
      if (isGone(error)) return { imageId: image.id, done: 'stayed', detail: GONE };
      if (isDenied(error) || isThrottled(error)) ended = 'ended after the failure above';
      return failed(image.id, error, RIGHTS[fate]);
    });
    if (outcome.done === 'not done') ended = 'ended after the one above';
    // Its snapshots are left behind; so would be those of the others.
    if (outcome.done === 'failed' && outcome.detail?.startsWith(HALF)) ended = 'ended after the failure above';
    outcomes.push(outcome);
  }
  return outcomes;
}

const HALF = 'deregistered, but its snapshots are left:';

const RIGHTS: Record<string, string> = {
  deprecate: 'ec2:EnableImageDeprecation',
  deregister: 'ec2:DeregisterImage',
};

const GONE = 'it is gone already';

type Means = Pick<RetireOptions, 'ec2' | 'assess'>;

async function deprecate({ ec2 }: Means, imageId: string): Promise<Outcome> {
  await ec2.send(new EnableImageDeprecationCommand({ ImageId: imageId, DeprecateAt: new Date(Date.now() + SOON) }));
  return { imageId, done: 'deprecated' };
}

async function deregister({ ec2, assess }: Means, imageId: string): Promise<Outcome> {
  const { decisions, unanswered } = await assess(imageId);
  if (unanswered.length > 0) {
    const detail = `the last look got no answer: ${unanswered.map(({ what, why }) => `${what}: ${why}`).join('; ')}`;
    return { imageId, done: 'not done', detail };
  }
  const [decision] = decisions;
  if (decision?.fate !== 'deregister') {
    return { imageId, done: 'stayed', detail: decision ? decision.why.join('; ') : GONE };
  }
  const { DeleteSnapshotResults: results = [] } = await ec2.send(
    new DeregisterImageCommand({ ImageId: imageId, DeleteAssociatedSnapshots: true }),
  );
  const codeOf = (id: string) => results.find(({ SnapshotId }) => SnapshotId === id)?.ReturnCode ?? 'no answer';
  const left = decision.image.snapshots.filter(id => codeOf(id) !== 'success');
  if (left.length === 0) return { imageId, done: 'deregistered' };
  const named = left.map(id => `${id} (${codeOf(id)})`).join(', ');
  // One that another image is made of as well has to stay: that is no failure.
  if (left.every(id => codeOf(id) === 'skipped')) {
    return { imageId, done: 'deregistered', detail: `another image needs its snapshots: ${named}` };
  }
  return { imageId, done: 'failed', detail: `${HALF} ${named}` };
}

function failed(imageId: string, error: unknown, right = ''): Outcome {
  const detail = refusal(error, right) ?? explainAwsError(error) ?? String(error);
  return { imageId, done: 'failed', detail };
}
