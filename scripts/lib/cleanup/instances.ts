import { DescribeInstancesCommand, type EC2Client, type Instance, type Tag } from '@aws-sdk/client-ec2';
import { tagOf } from '../aws/tags.ts';
import type { Plan } from '../plan/plan.ts';

/**
 * The instances that a build has launched, as EC2 knows them by the build's own tags: also those that were terminated
 * within the last hour. A worker that inherited its image's BuildId has another name. Right: ec2:DescribeInstances.
 */
export async function instancesOfBuild(ec2: EC2Client, plan: Plan): Promise<Instance[]> {
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ Filters: taggedAs(plan.buildTags) }));
  return Reservations.flatMap(({ Instances = [] }) => Instances);
}

/** Filters for what carries all of these tags. */
export function taggedAs(tags: Record<string, string>): { Name: string; Values: string[] }[] {
  return Object.entries(tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] }));
}

/** The id of the build that something says it is of. */
export function buildIdOf(tags: readonly Tag[] | undefined): string | undefined {
  return tagOf(tags, 'BuildId');
}

/** False for an instance that is gone, or going. */
export function isThere({ State }: Instance): boolean {
  return State?.Name !== 'terminated' && State?.Name !== 'shutting-down';
}

/** The name of an instance's profile; packer gives profile and role the same one. */
export function profileOf({ IamInstanceProfile }: Instance): string | undefined {
  return IamInstanceProfile?.Arn?.split('/').at(-1);
}
