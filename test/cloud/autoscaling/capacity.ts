import { Fault, type Service } from '../service.ts';
import { activityItem, stamp } from './activities.ts';
import type { AutoScalingContext } from './context.ts';
import { type AutoScalingGroup, membersOf, namedGroup, namedInstance } from './group.ts';
import { refuseDeleting } from './groups.ts';
import { retire } from './keep-group.ts';
import { flag, integer, invalid, required } from './parameters.ts';

/** SetDesiredCapacity, TerminateInstanceInAutoScalingGroup and SetInstanceHealth: what a group is told by hand. */
export function capacityActions(context: AutoScalingContext): Service {
  const { state, now } = context;
  return {
    SetDesiredCapacity: parameters => {
      const group = namedGroup(state, parameters);
      refuseDeleting(group);
      required(parameters, 'DesiredCapacity');
      const wanted = integer(parameters, 'DesiredCapacity')!;
      const { minSize, maxSize, desiredCapacity } = group;
      const problem =
        (wanted > maxSize && `above max value ${maxSize}`) || (wanted < minSize && `below min value ${minSize}`);
      if (problem) {
        const message = `New SetDesiredCapacity value ${wanted} is ${problem} for the AutoScalingGroup.`;
        throw new Fault('ValidationError', message);
      }
      if (wanted !== desiredCapacity) {
        const change = `changing the desired capacity from ${desiredCapacity} to ${wanted}`;
        group.request = `At ${stamp(context)} a user request explicitly set group desired capacity ${change}.`;
      }
      delete group.nextLaunch;
      group.desiredCapacity = wanted;
      return {};
    },
    TerminateInstanceInAutoScalingGroup: async parameters => {
      required(parameters, 'ShouldDecrementDesiredCapacity');
      const decrement = flag(parameters, 'ShouldDecrementDesiredCapacity')!;
      const { group, instance } = namedInstance(state, parameters);
      if (instance.lifecycleState === 'Terminating') {
        const message = `The instance ${instance.instanceId} is being terminated already.`;
        throw new Fault('ScalingActivityInProgress', message);
      }
      const count = membersOf(group).length;
      if (decrement) shrinkByOne(group);
      const shrinking = decrement ? `, shrinking the capacity from ${count} to ${count - 1}` : '';
      const cause = `At ${stamp(context)} instance ${instance.instanceId} was taken out of service in response to a user request${shrinking}.`;
      const activityId = await retire(context, group, instance, cause);
      const activity = state.scalingActivities.find(known => known.activityId === activityId)!;
      return { Activity: activityItem(activity) };
    },
    SetInstanceHealth: parameters => {
      const { group, instance } = namedInstance(state, parameters);
      const status = required(parameters, 'HealthStatus');
      if (status !== 'Healthy' && status !== 'Unhealthy') {
        throw invalid('HealthStatus', status, 'Member must be Healthy or Unhealthy');
      }
      const grace = Number(group.settings.HealthCheckGracePeriod ?? 0) * 1000;
      const isNew = now().getTime() - Date.parse(instance.launchedAt) < grace;
      if (!isNew || flag(parameters, 'ShouldRespectGracePeriod') === false) instance.healthStatus = status;
      return {};
    },
  };
}

function shrinkByOne(group: AutoScalingGroup): void {
  if (group.desiredCapacity <= group.minSize) {
    const size = `Currently, desiredSize equals minSize (${group.minSize}).`;
    const message = `${size} Terminating instance without replacement will violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.`;
    throw new Fault('ValidationError', message);
  }
  group.desiredCapacity -= 1;
}
