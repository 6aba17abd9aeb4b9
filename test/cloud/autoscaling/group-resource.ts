import type { Parameters } from '../service.ts';
import { ACCOUNT, REGION, type State } from '../state.ts';

/**
 * The group that a call is about, as policies name it (service authorization reference, "Actions ... for Amazon EC2 Auto
 * Scaling"). A name without a group stands for any group of that name; `*` for what only looks.
 */
export function groupResource(
  { autoScalingGroups }: Pick<State, 'autoScalingGroups'>,
  action: string,
  { AutoScalingGroupName, InstanceId, Tags }: Parameters,
): string {
  if (action.startsWith('Describe')) return '*';
  const byInstance = Object.values(autoScalingGroups).find(({ instances }) => Object.hasOwn(instances, InstanceId));
  const name = AutoScalingGroupName ?? Tags?.[0]?.ResourceId ?? byInstance?.name;
  if (typeof name !== 'string') return '*';
  if (Object.hasOwn(autoScalingGroups, name)) return autoScalingGroups[name]!.arn;
  return `arn:aws:autoscaling:${REGION}:${ACCOUNT}:autoScalingGroup:*:autoScalingGroupName/${name}`;
}
