import { endActivity } from './activities.ts';
import type { AutoScalingContext } from './context.ts';
import { newMember } from './group.ts';
import { GROUP_TAG } from './launch.ts';

/**
 * Brings in order what an earlier cloud left in the middle of a launch: an instance that was launched for a group, but
 * not noted there, is the group's; activities that nobody will end have failed.
 */
export function adoptInstances(context: AutoScalingContext): void {
  const { state } = context;
  for (const group of Object.values(state.autoScalingGroups)) {
    for (const instance of Object.values(state.instances)) {
      const { instanceId, tags } = instance;
      const isKnown = tags[GROUP_TAG] !== group.name || group.instances[instanceId] || instance.state === 'terminated';
      const LaunchTemplateId = tags['aws:ec2launchtemplate:id'];
      if (isKnown || LaunchTemplateId === undefined) continue;
      group.instances[instanceId] = newMember(group, instance, {
        LaunchTemplateId,
        LaunchTemplateName: state.launchTemplates[LaunchTemplateId]?.launchTemplateName ?? '',
        Version: tags['aws:ec2launchtemplate:version'] ?? '',
      });
    }
  }
  const known = new Set(
    Object.values(state.autoScalingGroups).flatMap(({ instances }) =>
      Object.values(instances).map(({ activityId }) => activityId),
    ),
  );
  for (const { activityId, statusCode } of state.scalingActivities) {
    if (statusCode === 'InProgress' && !known.has(activityId)) {
      endActivity(context, activityId, 'The local cloud was ended meanwhile.');
    }
  }
}
