import { DescribeInstanceTypeOfferingsCommand, DescribeInstanceTypesCommand } from '@aws-sdk/client-ec2';
import { ifExists } from '../aws/errors.ts';
import { type Inquiry, usable, wrong } from './inquiry.ts';

/** The instance type exists and fits the architecture. */
export async function lookUpInstanceType(inquiry: Inquiry): Promise<void> {
  const type = usable(inquiry, 'instance_type');
  if (!type) return;
  const call = inquiry.aws.ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes: [type.value as never] }));
  const found = (await ifExists(['InvalidInstanceType'], call))?.InstanceTypes?.[0];
  const arch = usable(inquiry, 'arch')?.value;
  const supported: string[] = found?.ProcessorInfo?.SupportedArchitectures ?? [];
  if (!found) {
    const message = `is not an instance type of ${inquiry.settings.get('region')?.value}`;
    wrong(inquiry, 'instance_type', type, message, 'Name another type.');
  } else if (arch && !supported.includes(arch)) {
    const message = `is a type for ${supported.join(' and ')}, not ${arch}`;
    wrong(inquiry, 'instance_type', type, message, `Name a type for ${arch}, or change arch.`);
  }
}

/** The instance type is to be had in the zone that the subnet lies in. */
export async function lookUpOffering(inquiry: Inquiry, zone: string): Promise<void> {
  const type = usable(inquiry, 'instance_type');
  if (!type) return;
  const { InstanceTypeOfferings = [] } = await inquiry.aws.ec2.send(
    new DescribeInstanceTypeOfferingsCommand({
      LocationType: 'availability-zone',
      Filters: [
        { Name: 'location', Values: [zone] },
        { Name: 'instance-type', Values: [type.value] },
      ],
    }),
  );
  if (InstanceTypeOfferings.length > 0) return;
  const fix = 'Name another type, or a subnet in another zone.';
  wrong(inquiry, 'instance_type', type, `is not offered in ${zone}, the zone of the subnet`, fix);
}
