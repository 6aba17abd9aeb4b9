import type { Answer } from '../context.ts';
import { ResourceFailure, type Work } from '../resources/resource-type.ts';
import type { RollingGroup } from './rolling-update.ts';

/** A group as Auto Scaling describes it. Throws ResourceFailure when it is gone. */
export async function describeGroup(work: Work, name: string): Promise<Answer> {
  const parameters = { AutoScalingGroupNames: [name] };
  const { AutoScalingGroups } = await work.call('autoscaling', 'DescribeAutoScalingGroups', parameters);
  if (AutoScalingGroups[0]) return AutoScalingGroups[0];
  throw new ResourceFailure(`AutoScalingGroup name not found - AutoScalingGroup '${name}' not found`);
}

/** Why a launch failed that began since then; undefined when none did. */
export async function failedLaunch(work: Work, name: string, since: string): Promise<string | undefined> {
  const { Activities } = await work.call('autoscaling', 'DescribeScalingActivities', { AutoScalingGroupName: name });
  const failed = (Activities as Record<string, string>[]).find(
    ({ StatusCode, StartTime }) => StatusCode === 'Failed' && StartTime! >= since,
  );
  return failed?.StatusMessage;
}

/** The group of this name as a rolling update sees it. */
export function rollingGroup(work: Work, name: string): RollingGroup {
  const instancesOf = (group: Answer) =>
    (group.Instances as Answer[])
      .filter(({ LifecycleState }) => !/^Terminat/.test(LifecycleState))
      .map(instance => ({
        id: String(instance.InstanceId),
        inService: instance.LifecycleState === 'InService',
        version: launchedBy(instance.LaunchTemplate),
      }));
  return {
    async look() {
      const group = await describeGroup(work, name);
      const wanted = launchedBy(
        group.LaunchTemplate ?? group.MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification,
      );
      const instances = instancesOf(group).map(({ version, ...rest }) => ({ ...rest, obsolete: version !== wanted }));
      return { max: Number(group.MaxSize), instances };
    },
    async resize({ min, desired }) {
      await work.call('autoscaling', 'UpdateAutoScalingGroup', {
        AutoScalingGroupName: name,
        MinSize: String(min),
        ...(desired !== undefined && { DesiredCapacity: String(desired) }),
      });
    },
    async terminate(InstanceId, replaced) {
      await work.call('autoscaling', 'TerminateInstanceInAutoScalingGroup', {
        InstanceId,
        ShouldDecrementDesiredCapacity: String(!replaced),
      });
    },
    async until(what, done) {
      const since = new Date().toISOString();
      await work.until(what, async () => {
        if (done(instancesOf(await describeGroup(work, name)))) return true;
        const failure = await failedLaunch(work, name, since);
        if (failure !== undefined) throw new ResourceFailure(`Failed Scaling Activity: ${failure}`);
        return undefined;
      });
    },
    signals: wanted => work.signals(wanted),
    pause: milliseconds => work.pause(milliseconds),
    note: reason => work.note(reason),
  };
}

function launchedBy(template: Answer | undefined): string {
  return `${template?.LaunchTemplateId} ${template?.Version}`;
}
