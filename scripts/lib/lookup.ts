import {
  DescribeImagesCommand,
  DescribeInstanceTypesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
} from '@aws-sdk/client-ec2';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { AmiBuild } from './ami-build.ts';
import type { Aws } from './aws.ts';
import type { Problem } from './problems.ts';
import type { Resolution, Resolved } from './resolve.ts';

export interface BaseImage {
  id: string;
  name: string;
  /** As EC2 gives it: ISO 8601. */
  createdAt: string;
}

/** What AWS had to be asked before the build can be planned. */
export interface Facts {
  accountId: string;
  /** `aws`, `aws-cn`, `aws-us-gov`, ... */
  partition: string;
  baseImage: BaseImage;
}

/** Asks AWS what the plan needs to know, changing nothing; what it finds wrong is added to the problems. */
export async function lookUp(aws: Aws, amiBuild: AmiBuild, resolution: Resolution): Promise<Facts> {
  const { settings, problems } = resolution;
  const setting = (name: string): Resolved => settings.get(name) ?? { value: '', source: '' };
  const { Account: accountId = '', Arn = '' } = await aws.sts.send(new GetCallerIdentityCommand({}));
  if (resolution.accountId && resolution.accountId.value !== accountId) {
    problems.push({
      parameter: 'account_id',
      ...resolution.accountId,
      message: `is not the account of the credentials, ${accountId}`,
      fix: 'Use the credentials of that account, or the environment that belongs to these.',
    });
  }
  const system = amiBuild.os[setting('os').value];
  const [baseImage] = await Promise.all([
    findBaseImage(aws, system?.ami_ref_path ?? '', setting, problems),
    checkNetwork(aws, setting, problems),
    checkInstanceType(aws, setting, problems),
  ]);
  return { accountId, partition: Arn.split(':')[1] ?? 'aws', baseImage };
}

type Setting = (name: string) => Resolved;

async function findBaseImage(aws: Aws, path: string, setting: Setting, problems: Problem[]): Promise<BaseImage> {
  const none = { id: '', name: '', createdAt: '' };
  let id = setting('ami_id');
  let parameter = 'ami_id';
  if (id.value === '') {
    parameter = 'ami_ref';
    const name = `${path}/${setting('ami_ref').value}`;
    id = { source: `ssm: ${name}`, value: (await parameterValue(aws, name)) ?? '' };
    if (id.value === '') {
      const fix = 'Check ami_ref, os and arch, or name a base image with ami_id.';
      problems.push({ parameter, ...setting('ami_ref'), message: `there is no SSM parameter ${name}`, fix });
      return none;
    }
  }
  const { Images: [image] = [] } = await unless(
    ['InvalidAMIID.NotFound', 'InvalidAMIID.Unavailable', 'InvalidAMIID.Malformed'],
    { Images: [] },
    aws.ec2.send(new DescribeImagesCommand({ ImageIds: [id.value] })),
  );
  const arch = setting('arch').value;
  if (image?.State !== 'available') {
    const message = image ? `is ${image.State}` : `does not exist in ${setting('region').value}`;
    problems.push({ parameter, ...id, message, fix: 'Name an image that is available in this region.' });
  } else if (image.Architecture !== arch) {
    const message = `is an image for ${image.Architecture}, not ${arch}`;
    problems.push({ parameter, ...id, message, fix: `Say arch=${image.Architecture}, or name another image.` });
  }
  return { id: id.value, name: image?.Name ?? '', createdAt: image?.CreationDate ?? '' };
}

async function parameterValue(aws: Aws, name: string): Promise<string | undefined> {
  const found = await unless(['ParameterNotFound'], undefined, aws.ssm.send(new GetParameterCommand({ Name: name })));
  return found?.Parameter?.Value;
}

async function checkNetwork(aws: Aws, setting: Setting, problems: Problem[]): Promise<void> {
  const subnet = setting('subnet');
  const sg = setting('sg');
  const groupIds = sg.value.split(',');
  const region = setting('region').value;
  const [{ Subnets = [] }, { SecurityGroups = [] }] = await Promise.all([
    unless(
      ['InvalidSubnetID.NotFound', 'InvalidSubnetId.Malformed'],
      { Subnets: [] },
      aws.ec2.send(new DescribeSubnetsCommand({ SubnetIds: [subnet.value] })),
    ),
    // As a filter, so that the groups that do exist are found beside those that don't.
    aws.ec2.send(new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-id', Values: groupIds }] })),
  ]);
  const vpcId = Subnets[0]?.VpcId;
  if (!vpcId) {
    const message = `does not exist in ${region}`;
    problems.push({ parameter: 'subnet', ...subnet, message, fix: 'Name a subnet of this account and region.' });
  }
  for (const groupId of groupIds) {
    const group = SecurityGroups.find(({ GroupId }) => GroupId === groupId);
    const parameter = { parameter: 'sg', value: groupId, source: sg.source };
    if (!group) {
      const fix = 'Name a security group of this account and region.';
      problems.push({ ...parameter, message: `does not exist in ${region}`, fix });
    } else if (vpcId && group.VpcId !== vpcId) {
      const message = `belongs to ${group.VpcId}, the subnet to ${vpcId}`;
      problems.push({ ...parameter, message, fix: 'Name a security group and a subnet of the same VPC.' });
    }
  }
}

async function checkInstanceType(aws: Aws, setting: Setting, problems: Problem[]): Promise<void> {
  const type = setting('instance_type');
  const arch = setting('arch').value;
  const { InstanceTypes: [found] = [] } = await unless(
    ['InvalidInstanceType'],
    { InstanceTypes: [] },
    aws.ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes: [type.value as never] })),
  );
  const supported = found?.ProcessorInfo?.SupportedArchitectures ?? [];
  if (!found) {
    const message = `is not an instance type of ${setting('region').value}`;
    problems.push({ parameter: 'instance_type', ...type, message, fix: 'Name another type.' });
  } else if (!supported.includes(arch as never)) {
    const message = `is a type for ${supported.join(' and ')}, not ${arch}`;
    problems.push({ parameter: 'instance_type', ...type, message, fix: `Name a type for ${arch}, or change arch.` });
  }
}

/** The answer to a call, or a stand-in when AWS says that what was asked for does not exist. */
async function unless<Answer, Otherwise>(
  names: string[],
  otherwise: Otherwise,
  call: Promise<Answer>,
): Promise<Answer | Otherwise> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && names.includes(error.name)) return otherwise;
    throw error;
  }
}
