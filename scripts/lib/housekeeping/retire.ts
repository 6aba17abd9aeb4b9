import { DeregisterImageCommand, type EC2Client, EnableImageDeprecationCommand } from '@aws-sdk/client-ec2';
import { explain, isDenied, isThrottled } from '../aws/errors.ts';
import { isGone } from '../cleanup/removals.ts';
import type { Progress } from '../command/progress.ts';
import type { Assess } from './assess.ts';
import { type Decision, type Fate, SOON } from './decide.ts';

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
 * early when it is interrupted, when a right is missing, when snapshots are left, or when the last look gets no answer;
 * it never throws.
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
    const take = fate === 'deprecate' ? deprecate : deregister;
    const step = await take({ ec2, assess }, image.id).catch(error => failed(image.id, error, fate));
    outcomes.push(step.outcome);
    ended = step.ends;
  }
  return outcomes;
}

/** What came of one image, and why it was the last one, if it was. */
interface Step {
  outcome: Outcome;
  ends?: string;
}

const AFTER_FAILURE = 'ended after the failure above';
const GONE = 'it is gone already';

type Means = Pick<RetireOptions, 'ec2' | 'assess'>;

async function deprecate({ ec2 }: Means, imageId: string): Promise<Step> {
  await ec2.send(new EnableImageDeprecationCommand({ ImageId: imageId, DeprecateAt: new Date(Date.now() + SOON) }));
  return { outcome: { imageId, done: 'deprecated' } };
}

async function deregister({ ec2, assess }: Means, imageId: string): Promise<Step> {
  const { decisions, unanswered } = await assess(imageId);
  if (unanswered.length > 0) {
    const detail = `the last look got no answer: ${unanswered.map(({ what, why }) => `${what}: ${why}`).join('; ')}`;
    return { outcome: { imageId, done: 'not done', detail }, ends: 'ended after the one above' };
  }
  const [decision] = decisions;
  if (decision?.fate !== 'deregister') {
    return { outcome: { imageId, done: 'stayed', detail: decision ? decision.why.join('; ') : GONE } };
  }
  const { DeleteSnapshotResults: results = [] } = await ec2.send(
    new DeregisterImageCommand({ ImageId: imageId, DeleteAssociatedSnapshots: true }),
  );
  const codeOf = (id: string) => results.find(({ SnapshotId }) => SnapshotId === id)?.ReturnCode ?? 'no answer';
  const left = decision.image.snapshots.filter(id => codeOf(id) !== 'success');
  if (left.length === 0) return { outcome: { imageId, done: 'deregistered' } };
  const named = left.map(id => `${id} (${codeOf(id)})`).join(', ');
  // One that another image is made of as well has to stay: that is no failure.
  if (left.every(id => codeOf(id) === 'skipped')) {
    return { outcome: { imageId, done: 'deregistered', detail: `another image needs its snapshots: ${named}` } };
  }
  const detail = `deregistered, but its snapshots are left: ${named}`;
  // The others' snapshots would be left as well.
  return { outcome: { imageId, done: 'failed', detail }, ends: AFTER_FAILURE };
}

const RIGHTS: Record<Fate, string> = {
  deprecate: 'ec2:EnableImageDeprecation',
  deregister: 'ec2:DeregisterImage',
  stays: '',
  wait: '',
};

function failed(imageId: string, error: unknown, fate: Fate): Step {
  if (isGone(error)) return { outcome: { imageId, done: 'stayed', detail: GONE } };
  const outcome: Outcome = { imageId, done: 'failed', detail: explain(error, RIGHTS[fate]) };
  return isDenied(error) || isThrottled(error) ? { outcome, ends: AFTER_FAILURE } : { outcome };
}
