import { type _InstanceType, type EC2Client, paginateDescribeInstanceTypes } from '@aws-sdk/client-ec2';
import picomatch from 'picomatch';

/** For each instance type of the region: the architectures it runs. */
export type InstanceTypes = Map<string, string[]>;

/** As many values as EC2 takes in one filter. */
const VALUES = 200;

/** What EC2 knows of these instance types; they may be globs, such as `m7g.*`. Unknown ones are left out. */
export async function instanceTypes(client: EC2Client, names: string[]): Promise<InstanceTypes> {
  const found: InstanceTypes = new Map();
  const wanted = [...new Set(names)].sort();
  for (let start = 0; start < wanted.length; start += VALUES) {
    const Filters = [{ Name: 'instance-type', Values: wanted.slice(start, start + VALUES) }];
    for await (const { InstanceTypes = [] } of paginateDescribeInstanceTypes({ client, pageSize: 100 }, { Filters })) {
      for (const { InstanceType = '' as _InstanceType, ProcessorInfo } of InstanceTypes) {
        found.set(InstanceType, ProcessorInfo?.SupportedArchitectures ?? []);
      }
    }
  }
  return found;
}

/**
 * The architectures of images that can run on any of the instance types a stack names. A group that may choose among
 * types takes those that fit its image
 * (https://docs.aws.amazon.com/autoscaling/ec2/userguide/create-mixed-instances-group-attribute-based-instance-type-selection.html).
 */
export function architecturesOf(names: string[], types: InstanceTypes): string[] {
  const isNamed = names.length > 0 ? picomatch(names, { nonegate: true, noextglob: true }) : () => false;
  return [
    ...new Set([...types].filter(([type]) => isNamed(type)).flatMap(([, architectures]) => architectures)),
  ].sort();
}
