import { explain } from '../aws/errors.ts';
import { type Leftover, removeLeftovers } from '../cleanup/removals.ts';
import type { Progress } from '../command/progress.ts';
import { beginOf } from './build-tags.ts';
import { days } from './decide.ts';
import type { LocalBuild } from './local-builds.ts';
import type { Trace } from './traces.ts';

/** What becomes of what a build left, and why. */
export interface Verdict {
  trace: Trace;
  fate: 'left alone' | 'to remove';
  why: string;
}

/** What was done about one leftover. */
export interface Swept {
  kind: Leftover['kind'];
  id: string;
  done: 'removed' | 'failed' | 'not done';
  problem?: string;
}

const DAY = 24 * 60 * 60 * 1000;

/**
 * Decides about each build's leftovers: those of a build that runs, or may, or was kept are left alone. One of this
 * checkout that has ended can't run any more, however young it is.
 */
export function judge(traces: readonly Trace[], local: readonly LocalBuild[], older: number, now: Date): Verdict[] {
  return traces.map(trace => {
    const { buildId, isKept } = trace;
    const build = local.find(known => known.buildId === buildId);
    const age = now.getTime() - beginOf(buildId).getTime();
    const began = `it began ${days(Math.floor(age / DAY))} ago`;
    const leave = (why: string): Verdict => ({ trace, fate: 'left alone', why });
    if (build?.process !== undefined) return leave(`process ${build.process} is at it`);
    if (build?.isKept) return leave(`it was kept: make resume build=${buildId}`);
    if (isKept === 'unknown') return leave('whether it was kept can not be seen');
    if (isKept) return leave('it was kept, by another checkout');
    const hasEnded = build?.hasEnded === true;
    if (!hasEnded && age < older * DAY) return leave(`${began}; it may still run`);
    const how = build?.ok ? ' and has its image' : hasEnded ? ' and has ended' : '';
    return { trace, fate: 'to remove', why: `${began}${how}` };
  });
}

/** Removes what is to be removed, build by build, and says of each thing how it went. Never throws. */
export async function sweep(
  verdicts: readonly Verdict[],
  { signal, progress }: { signal: AbortSignal; progress: Progress },
): Promise<Swept[]> {
  const swept: Swept[] = [];
  for (const { trace, fate } of verdicts) {
    if (fate !== 'to remove') continue;
    if (signal.aborted) {
      swept.push(...trace.leftovers.map(({ kind, id }) => ({ kind, id, done: 'not done' as const })));
      continue;
    }
    const remaining = await removeLeftovers(trace.leftovers, ({ kind, id }) =>
      progress.working(`removing ${kind} ${id}`),
    );
    for (const { kind, id } of trace.leftovers) {
      const failed = remaining.find(other => other.kind === kind && other.id === id);
      swept.push(
        failed
          ? { kind, id, done: 'failed', problem: explain(failed.error, RIGHTS[kind]) }
          : { kind, id, done: 'removed' },
      );
    }
  }
  return swept;
}

const RIGHTS: Record<Leftover['kind'], string> = {
  instance: 'ec2:TerminateInstances',
  volume: 'ec2:DeleteVolume',
  image: 'ec2:DeregisterImage',
  snapshot: 'ec2:DeleteSnapshot',
  'key pair': 'ec2:DeleteKeyPair',
  'security group': 'ec2:DeleteSecurityGroup',
  'instance profile': 'iam:RemoveRoleFromInstanceProfile or iam:DeleteInstanceProfile',
  role: 'iam:DeleteRolePolicy or iam:DeleteRole',
};
