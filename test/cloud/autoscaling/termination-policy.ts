import type { LaunchTemplate } from '../ec2/launch-template.ts';
import type { AutoScalingGroup, GroupInstance } from './group.ts';

export const TERMINATION_POLICIES = [
  'AllocationStrategy',
  'ClosestToNextInstanceHour',
  'Default',
  'NewestInstance',
  'OldestInstance',
  'OldestLaunchConfiguration',
  'OldestLaunchTemplate',
] as const;

type Rank = (instance: GroupInstance) => number;

/**
 * The instance that goes first when a group has one too many (user guide, "Configure termination policies for Amazon
 * EC2 Auto Scaling"); undefined when all are protected. There is one zone, so none has more instances than others.
 */
export function firstToGo(
  { terminationPolicies }: AutoScalingGroup,
  instances: GroupInstance[],
  { templateId, now }: { templateId: LaunchTemplate['launchTemplateId']; now: Date },
): GroupInstance | undefined {
  const byTemplate: Rank = ({ launchTemplate }) =>
    launchTemplate.LaunchTemplateId === templateId ? Number(launchTemplate.Version) : 0;
  const age = ({ launchedAt }: GroupInstance) => now.getTime() - Date.parse(launchedAt);
  const untilNextHour: Rank = instance => 3_600_000 - (age(instance) % 3_600_000);
  const ranks: Record<string, Rank[]> = {
    ClosestToNextInstanceHour: [untilNextHour],
    Default: [byTemplate, untilNextHour],
    NewestInstance: [age],
    OldestInstance: [instance => -age(instance)],
    OldestLaunchTemplate: [byTemplate],
  };
  const order = terminationPolicies.flatMap(policy => ranks[policy] ?? []);
  const compare = (a: GroupInstance, b: GroupInstance) =>
    order.map(rank => rank(a) - rank(b)).find(difference => difference !== 0) ?? 0;
  return instances.filter(({ protectedFromScaleIn }) => !protectedFromScaleIn).toSorted(compare)[0];
}
