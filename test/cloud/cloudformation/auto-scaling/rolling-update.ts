import { ResourceFailure } from '../resources/resource-type.ts';

/** How the instances of a group are replaced (template reference, "UpdatePolicy attribute"). */
export interface RollingPolicy {
  maxBatchSize: number;
  minInstancesInService: number;
  minSuccessfulPercent: number;
  /** As it was written, for the events, and in milliseconds. */
  pauseTime: string;
  pause: number;
  waitOnSignals: boolean;
}

/** The group as the rolling update needs it. */
export interface RollingGroup {
  /** Instances that live, those that are not of the group's own launch template version as obsolete. */
  look(): Promise<{ max: number; instances: { id: string; inService: boolean; obsolete: boolean }[] }>;
  resize(sizes: { min: number; desired?: number }): Promise<void>;
  terminate(id: string, replaced: boolean): Promise<void>;
  /** Waits until `done` says so of the instances that live. */
  until(what: string, done: (instances: { id: string; inService: boolean }[]) => boolean): Promise<void>;
  signals(wanted: { count: number; least: number; timeout: number }): Promise<{ successes: number; failures: number }>;
  pause(milliseconds: number): Promise<void>;
  note(reason: string): void;
}

/** Sizes that the group is to have in the end. */
export interface Sizes {
  min: number;
  desired: number;
}

/**
 * Replaces the obsolete instances of a group batch by batch, never leaving fewer in service than the policy says: where
 * there are not enough, the group is made larger first, as far as its maximum allows. Throws ResourceFailure when a new
 * instance says that it failed, or says nothing within the pause.
 */
export async function rollingUpdate(group: RollingGroup, policy: RollingPolicy, sizes: Sizes): Promise<void> {
  const { max, instances } = await group.look();
  const obsolete = instances.filter(instance => instance.obsolete).map(({ id }) => id);
  if (obsolete.length === 0) return;
  const least = policy.minInstancesInService;
  if (least >= max)
    throw new ResourceFailure(`MinInstancesInService must be less than the autoscaling group's MaxSize`);
  const batch = Math.min(policy.maxBatchSize, obsolete.length);
  group.note(announcement(obsolete.length, batch, policy));
  let fresh = instances.length - obsolete.length;
  const temporary = Math.min(Math.max(sizes.desired, least + batch), max);
  if (temporary > instances.length) {
    group.note(`Temporarily setting autoscaling group MinSize and DesiredCapacity to ${temporary}.`);
    await group.resize({ min: temporary, desired: temporary });
    await arrived(group, policy, temporary - instances.length, obsolete, fresh);
    fresh = temporary - obsolete.length;
  }
  const total = obsolete.length;
  while (obsolete.length > 0) {
    const size = Math.max(1, Math.min(batch, obsolete.length, fresh + obsolete.length - least));
    const doomed = obsolete.splice(0, size);
    const replaced = Math.max(0, Math.min(size, sizes.desired - fresh));
    const names = `[${doomed.join(',')}]`;
    group.note(`Terminating instance(s) ${names}; replacing with ${replaced} new instance(s).`);
    if (replaced < size) await group.resize({ min: Math.min(sizes.min, sizes.desired) });
    for (const [index, id] of doomed.entries()) await group.terminate(id, index < replaced);
    await group.until(`${names} to be terminated`, left => left.every(({ id }) => !doomed.includes(id)));
    if (replaced > 0) await arrived(group, policy, replaced, obsolete, fresh);
    fresh += replaced;
    const progress = Math.round((100 * (total - obsolete.length)) / total);
    group.note(`Successfully terminated instance(s) ${names} (Progress ${progress}%).`);
    if (!policy.waitOnSignals && obsolete.length > 0) await group.pause(policy.pause);
  }
}

/** Waits until so many new instances are in service beside the fresh ones, and have said that they work. */
async function arrived(
  group: RollingGroup,
  policy: RollingPolicy,
  count: number,
  obsolete: string[],
  fresh: number,
): Promise<void> {
  await group.until(
    `${count} new instance(s) to be in service`,
    instances => instances.filter(({ id, inService }) => inService && !obsolete.includes(id)).length >= fresh + count,
  );
  if (!policy.waitOnSignals) return;
  const timeout = `with a timeout of ${policy.pauseTime}.`;
  group.note(`New instance(s) added to autoscaling group - Waiting on ${count} resource signal(s) ${timeout}`);
  await signalled(group, count, policy.minSuccessfulPercent, policy.pause);
}

/** Waits for signals; throws ResourceFailure when too few of them, in percent, are good. */
export async function signalled(
  group: Pick<RollingGroup, 'signals' | 'note'>,
  count: number,
  percent: number,
  timeout: number,
): Promise<void> {
  const least = Math.ceil((count * percent) / 100);
  const { successes, failures } = await group.signals({ count, least, timeout });
  const missing = count - successes - failures;
  if (missing > 0 && count - failures >= least) {
    const sentence = `Failed to receive ${missing} resource signal(s) for the current batch.`;
    group.note(`${sentence}  Each resource signal timeout is counted as a FAILURE.`);
  }
  if (successes >= least) return;
  const received = `Received ${successes} SUCCESS signal(s) out of ${count}.`;
  throw new ResourceFailure(`${received}  Unable to satisfy ${percent}% MinSuccessfulInstancesPercent requirement`);
}

function announcement(count: number, batch: number, policy: RollingPolicy): string {
  const { minInstancesInService, waitOnSignals, pauseTime } = policy;
  const keeping =
    minInstancesInService > 0 ? `, while keeping at least ${minInstancesInService} instance(s) in service` : '';
  const waiting = waitOnSignals
    ? ` Waiting on resource signals with a timeout of ${pauseTime} when new instances are added to the autoscaling group.`
    : '';
  return `Rolling update initiated. Terminating ${count} obsolete instance(s) in batches of ${batch}${keeping}.${waiting}`;
}
