import type { Service } from '../service.ts';
import type { AutoScalingContext } from './context.ts';
import { instanceItem } from './group-item.ts';
import { paged } from './paging.ts';
import { list } from './parameters.ts';

/** DescribeAutoScalingInstances. Like AWS, leaves out what belongs to no group. */
export function instanceActions({ state }: AutoScalingContext): Service {
  return {
    DescribeAutoScalingInstances: parameters => {
      const ids = list(parameters, 'InstanceIds');
      const all = Object.values(state.autoScalingGroups).flatMap(({ name, instances }) =>
        Object.values(instances).map(instance => ({ name, instance })),
      );
      const listed = all.filter(({ instance }) => ids.length === 0 || ids.includes(instance.instanceId));
      const page = paged(listed, parameters, ({ instance }) => instance.instanceId, { unasked: 50, most: 50 });
      const items = page.items.map(({ name, instance }) => ({
        ...instanceItem(instance),
        AutoScalingGroupName: name,
        // Alone among the actions, this one answers the health in capitals.
        HealthStatus: instance.healthStatus.toUpperCase(),
      }));
      return { AutoScalingInstances: items, NextToken: page.NextToken };
    },
  };
}
