import { Fault, type Parameters } from '../service.ts';
import { beginActivity, endActivity, stamp } from './activities.ts';
import type { AutoScalingContext } from './context.ts';
import { type AutoScalingGroup, type GroupInstance, membersOf, newMember } from './group.ts';
import { chooseLaunch, serviceCall } from './launch-choice.ts';

/** Launches one more instance of a group. Gives the problem, if EC2 refuses; the activity says so, too. */
export async function launchOne(context: AutoScalingContext, group: AutoScalingGroup): Promise<string | undefined> {
  const activity = beginActivity(context, group, {
    description: 'Launching a new EC2 instance',
    cause: causeOf(context, group),
  });
  context.changed();
  try {
    const { reference, parameters } = chooseLaunch(context.state, group);
    const TagSpecification = [{ ResourceType: 'instance', Tag: instanceTags(group) }];
    const { instancesSet } = await runInstances(context, { ...parameters, TagSpecification });
    const instance = context.state.instances[instancesSet[0]!.instanceId]!;
    const { instanceId, subnetId } = instance;
    activity.description += `: ${instanceId}`;
    activity.subnetId = subnetId;
    group.instances[instanceId] = { ...newMember(group, instance, reference), activityId: activity.activityId };
    return undefined;
  } catch (error) {
    if (!(error instanceof Fault)) context.log(`${group.name} can't launch: ${(error as Error).stack}`);
    const problem = `${withStop((error as Error).message)} Launching EC2 instance failed.`;
    endActivity(context, activity.activityId, problem);
    return problem;
  }
}

/** Throws Auto Scaling's refusal of a template that nothing can be launched from (a dry run tells). */
export async function checkLaunch(context: AutoScalingContext, group: AutoScalingGroup): Promise<void> {
  const { parameters } = chooseLaunch(context.state, group);
  const TagSpecification = [{ ResourceType: 'instance', Tag: instanceTags(group) }];
  try {
    await runInstances(context, { ...parameters, TagSpecification, DryRun: 'true' });
  } catch (error) {
    // How many instances there may be is looked at when they are launched.
    if (!(error instanceof Fault)) throw error;
    if (['DryRunOperation', 'InstanceLimitExceeded'].includes(error.code)) return;
    const message = `You must use a valid fully-formed launch template. ${error.message}`;
    throw new Fault('ValidationError', message);
  }
}

/** An instance with this tag belongs to the group, even if the cloud was ended before the group knew it. */
export const GROUP_TAG = 'aws:autoscaling:groupName';

function instanceTags({ name, tags }: AutoScalingGroup): Parameters[] {
  const propagated = Object.entries(tags).filter(([, { propagateAtLaunch }]) => propagateAtLaunch);
  return [...propagated.map(([Key, { value }]) => ({ Key, Value: value })), { Key: GROUP_TAG, Value: name }];
}

async function runInstances({ ec2 }: AutoScalingContext, parameters: Parameters) {
  const answer = await ec2.RunInstances!(parameters, serviceCall('RunInstances', parameters));
  return answer as { instancesSet: Pick<GroupInstance, 'instanceId'>[] };
}

function causeOf(context: AutoScalingContext, group: AutoScalingGroup): string {
  const at = `At ${stamp(context)} an instance was`;
  if (group.request === undefined) return `${at} launched in response to an unhealthy instance needing to be replaced.`;
  const count = membersOf(group).length;
  return `${group.request}  ${at} started in response to a difference between desired and actual capacity, increasing the capacity from ${count} to ${count + 1}.`;
}

function withStop(sentence: string): string {
  return sentence.endsWith('.') ? sentence : `${sentence}.`;
}
