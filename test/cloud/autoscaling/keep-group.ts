import { Fault } from '../service.ts';
import type { Instance } from '../state.ts';
import { beginActivity, endActivity, stamp } from './activities.ts';
import type { AutoScalingContext } from './context.ts';
import { type AutoScalingGroup, type GroupInstance, isSuspended, membersOf } from './group.ts';
import { launchOne } from './launch.ts';
import { serviceCall } from './launch-choice.ts';
import { mainReference } from './template-reference.ts';
import { firstToGo } from './termination-policy.ts';

/**
 * Brings one group nearer to what it is to be: takes note of what became of its instances, replaces those that are
 * lost, launches or terminates what is missing or too much. Does nothing when all is as it should be.
 */
export async function keepGroup(context: AutoScalingContext, name: string): Promise<void> {
  const group = context.state.autoScalingGroups[name];
  if (!group) return;
  for (const member of Object.values(group.instances)) await takeNote(context, group, member);
  if (group.deleting) await deleteGroup(context, group);
  else await reachCapacity(context, group);
}

/** Terminates an instance of a group; it belongs to the group until it is gone. */
export async function retire(
  context: AutoScalingContext,
  group: AutoScalingGroup,
  member: GroupInstance,
  cause: string,
): Promise<string> {
  const before = 'The instance was terminated before it was in service.';
  endActivity(context, member.activityId, before, 'Cancelled');
  const { instanceId, subnetId } = member;
  const description = `Terminating EC2 instance: ${instanceId}`;
  const { activityId } = beginActivity(context, group, { description, cause, subnetId });
  member.lifecycleState = 'Terminating';
  member.activityId = activityId;
  context.changed();
  await terminate(context, instanceId);
  return activityId;
}

async function takeNote(context: AutoScalingContext, group: AutoScalingGroup, member: GroupInstance): Promise<void> {
  const instance = context.state.instances[member.instanceId];
  const is = instance?.state ?? 'terminated';
  if (member.lifecycleState === 'Terminating') {
    if (is === 'terminated') forget(context, group, member);
    else if (is !== 'shutting-down') await terminate(context, member.instanceId);
    return;
  }
  const isUp = is === 'running' || is === 'pending';
  if (is === 'running' && member.lifecycleState === 'Pending') putInService(context, member);
  if (!isUp && member.healthStatus === 'Healthy' && !isSuspended(group, 'HealthCheck')) {
    noteLost(context, member, instance);
  }
  const isReplaced = !isSuspended(group, 'ReplaceUnhealthy') && !isSuspended(group, 'Terminate');
  if (member.healthStatus === 'Healthy' || !isReplaced) return;
  const reason = isUp ? 'a user health-check.' : 'an EC2 health check indicating it has been terminated or stopped.';
  const cause = `At ${stamp(context)} an instance was taken out of service in response to ${reason}`;
  if (diedYoung(context, member, instance)) waitLonger(context, group);
  await retire(context, group, member, cause);
}

function putInService(context: AutoScalingContext, member: GroupInstance): void {
  member.lifecycleState = 'InService';
  endActivity(context, member.activityId);
  delete member.activityId;
  context.changed();
}

function noteLost(context: AutoScalingContext, member: GroupInstance, instance?: Instance): void {
  member.healthStatus = 'Unhealthy';
  if (member.lifecycleState === 'Pending') {
    const became = 'Instance became unhealthy while waiting for instance to be in InService state.';
    endActivity(context, member.activityId, `${became} Termination Reason: ${instance?.stateReason?.message}`);
    delete member.activityId;
  }
  context.changed();
}

/** What does not live for a minute, though nobody ended it, would not live longer when launched again at once. */
function diedYoung({ now }: AutoScalingContext, { launchedAt }: GroupInstance, instance?: Instance): boolean {
  const isByUser = instance?.stateReason?.code === 'Client.UserInitiatedShutdown';
  return !isByUser && now().getTime() - Date.parse(launchedAt) < 60_000;
}

function forget(context: AutoScalingContext, group: AutoScalingGroup, { instanceId, activityId }: GroupInstance): void {
  endActivity(context, activityId);
  delete group.instances[instanceId];
  context.changed();
}

async function terminate({ ec2, log }: AutoScalingContext, instanceId: string): Promise<void> {
  const parameters = { InstanceId: [instanceId] };
  try {
    await ec2.TerminateInstances!(parameters, serviceCall('TerminateInstances', parameters));
  } catch (error) {
    // Whatever EC2 has forgotten is gone.
    if (!(error instanceof Fault) || error.code !== 'InvalidInstanceID.NotFound') log(String(error));
  }
}

async function reachCapacity(context: AutoScalingContext, group: AutoScalingGroup): Promise<void> {
  const count = membersOf(group).length;
  if (count === group.desiredCapacity) {
    if (group.request !== undefined) {
      delete group.request;
      context.changed();
    }
  } else if (count < group.desiredCapacity) {
    if (isSuspended(group, 'Launch') || hasToWait(context, group)) return;
    const problem = await launchOne(context, group);
    if (problem) waitLonger(context, group);
    context.changed();
  } else if (!isSuspended(group, 'Terminate')) {
    await shrink(context, group, count);
  }
}

async function shrink(context: AutoScalingContext, group: AutoScalingGroup, count: number): Promise<void> {
  const templateId = mainReference(group).LaunchTemplateId;
  const member = firstToGo(group, membersOf(group), { templateId, now: context.now() });
  if (!member) return;
  const at = `At ${stamp(context)}`;
  const difference = `${at} an instance was taken out of service in response to a difference between desired and actual capacity, shrinking the capacity from ${count} to ${count - 1}.`;
  const choice = `${at} instance ${member.instanceId} was selected for termination.`;
  await retire(context, group, member, [group.request, difference, choice].filter(Boolean).join('  '));
}

async function deleteGroup(context: AutoScalingContext, group: AutoScalingGroup): Promise<void> {
  for (const member of membersOf(group)) {
    await retire(context, group, member, `At ${stamp(context)} a user request deleted the group with force.`);
  }
  if (Object.keys(group.instances).length > 0) return;
  delete context.state.autoScalingGroups[group.name];
  context.changed();
}

/** After a failure, the next launch waits 1 s, then 2 s, 4 s, and so on up to a minute; a quiet minute ends that. */
function waitLonger(context: AutoScalingContext, group: AutoScalingGroup): void {
  const now = context.now().getTime();
  const isFirst = group.nextLaunch === undefined || now - Date.parse(group.nextLaunch) > 60_000;
  const failures = isFirst ? 0 : group.failures;
  const milliseconds = Math.min(1000 * 2 ** failures, 60_000);
  group.failures = failures + 1;
  group.nextLaunch = new Date(now + milliseconds).toISOString();
  context.lookLater(milliseconds);
}

function hasToWait({ now }: AutoScalingContext, { nextLaunch }: AutoScalingGroup): boolean {
  return nextLaunch !== undefined && now().toISOString() < nextLaunch;
}
