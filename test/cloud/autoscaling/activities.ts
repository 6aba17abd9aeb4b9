import { randomUUID } from 'node:crypto';
import type { Parameters, Service } from '../service.ts';
import { ZONE } from '../state.ts';
import type { AutoScalingContext } from './context.ts';
import type { AutoScalingGroup, ScalingActivity } from './group.ts';
import { paged } from './paging.ts';
import { flag, list, optional } from './parameters.ts';

/** Activities that are kept of each group; AWS keeps those of six weeks. */
const KEPT = 200;

/** DescribeScalingActivities. */
export function activityActions({ state }: AutoScalingContext): Service {
  return {
    DescribeScalingActivities: parameters => {
      const groupName = optional(parameters, 'AutoScalingGroupName');
      const ids = list(parameters, 'ActivityIds');
      const withDeleted = flag(parameters, 'IncludeDeletedGroups') === true;
      const arns = new Set(Object.values(state.autoScalingGroups).map(({ arn }) => arn));
      const listed = state.scalingActivities.filter(
        activity =>
          (groupName === undefined || activity.groupName === groupName) &&
          (ids.length === 0 || ids.includes(activity.activityId)) &&
          (withDeleted || arns.has(activity.groupArn)),
      );
      const { items, NextToken } = paged(listed, parameters, newestFirst, { unasked: 100, most: 100 });
      return { Activities: items.map(item => activityItem(item, arns.has(item.groupArn))), NextToken };
    },
  };
}

/** Begins an activity of a group. */
export function beginActivity(
  { state, now }: AutoScalingContext,
  { name, arn }: AutoScalingGroup,
  what: Pick<ScalingActivity, 'description' | 'cause' | 'subnetId'>,
): ScalingActivity {
  const activity: ScalingActivity = {
    activityId: randomUUID(),
    number: (state.scalingActivities.at(-1)?.number ?? 0) + 1,
    groupName: name,
    groupArn: arn,
    startTime: now().toISOString(),
    statusCode: 'InProgress',
    ...what,
  };
  state.scalingActivities.push(activity);
  const old = new Set(state.scalingActivities.filter(({ groupName }) => groupName === name).slice(0, -KEPT));
  if (old.size > 0) state.scalingActivities = state.scalingActivities.filter(known => !old.has(known));
  return activity;
}

/** Ends the activity with this identifier, if it is still known. `problem` says why it failed, or was cancelled. */
export function endActivity(
  { state, now }: AutoScalingContext,
  activityId?: string,
  problem?: string,
  otherwise: 'Failed' | 'Cancelled' = 'Failed',
): void {
  const activity = state.scalingActivities.find(known => known.activityId === activityId);
  if (!activity) return;
  activity.endTime = now().toISOString();
  activity.statusCode = problem === undefined ? 'Successful' : otherwise;
  if (problem === undefined) return;
  activity.statusMessage = problem;
  activity.description += `.  Status Reason: ${problem}`;
}

/** The time as it stands in the cause of an activity. */
export function stamp({ now }: Pick<AutoScalingContext, 'now'>): string {
  return now()
    .toISOString()
    .replace(/\.\d+Z$/, 'Z');
}

/** True while a group has an activity under way. */
export function isActive({ state }: AutoScalingContext, { arn }: AutoScalingGroup): boolean {
  return state.scalingActivities.some(({ groupArn, statusCode }) => groupArn === arn && statusCode === 'InProgress');
}

/** An activity as Auto Scaling answers it. */
export function activityItem(activity: ScalingActivity, groupIsThere = true): Parameters {
  return {
    ActivityId: activity.activityId,
    AutoScalingGroupName: activity.groupName,
    AutoScalingGroupARN: activity.groupArn,
    Description: activity.description,
    Cause: activity.cause,
    StartTime: activity.startTime,
    EndTime: activity.endTime,
    StatusCode: activity.statusCode,
    StatusMessage: activity.statusMessage,
    Progress: activity.endTime === undefined ? 50 : 100,
    Details: JSON.stringify({ 'Subnet ID': activity.subnetId, 'Availability Zone': ZONE }),
    AutoScalingGroupState: groupIsThere ? undefined : 'Deleted',
  };
}

/** Those under way first, the newest of them at the top. */
function newestFirst({ statusCode, number }: ScalingActivity): string {
  return `${statusCode === 'InProgress' ? 0 : 1} ${String(9_999_999_999 - number).padStart(10, '0')}`;
}
