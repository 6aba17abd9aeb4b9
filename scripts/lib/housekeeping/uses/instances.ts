import { type EC2Client, paginateDescribeInstances } from '@aws-sdk/client-ec2';
import type { Use } from './use.ts';

const NOT_TERMINATED = ['pending', 'running', 'stopping', 'stopped', 'shutting-down'];

/** The images of every instance that is not terminated. Right: ec2:DescribeInstances. */
export async function usesByInstances(ec2: EC2Client): Promise<Use[]> {
  const uses: Use[] = [];
  const input = { Filters: [{ Name: 'instance-state-name', Values: NOT_TERMINATED }] };
  for await (const { Reservations = [] } of paginateDescribeInstances({ client: ec2, pageSize: 1000 }, input)) {
    for (const { ImageId, InstanceId } of Reservations.flatMap(({ Instances = [] }) => Instances)) {
      if (ImageId) uses.push({ imageId: ImageId, by: `instance ${InstanceId}` });
    }
  }
  return uses;
}
