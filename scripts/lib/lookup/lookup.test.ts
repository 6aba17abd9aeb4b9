import { EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { type Answers, awsError, fakeClients } from '../../../test/fake-client.ts';
import { readAmiBuild } from '../parameters/ami-build.ts';
import { type Facts, lookUp } from './facts.ts';
import type { Inquiry } from './inquiry.ts';

const DAY = 24 * 60 * 60 * 1000;

const IMAGE = {
  ImageId: 'ami-0043df2e553ad12b6',
  Name: 'al2023',
  State: 'available',
  Architecture: 'x86_64',
  CreationDate: '2026-11-01T00:00:00.000Z',
};
const TYPE = { InstanceType: 'm6i.large', ProcessorInfo: { SupportedArchitectures: ['x86_64'] } };
const route = (GatewayId?: string, State = 'active') => ({ DestinationCidrBlock: '0.0.0.0/0', GatewayId, State });
const mainTable = (...Routes: object[]) => ({ RouteTables: [{ Associations: [{ Main: true }], Routes }] });

/** What an account answers in which everything is right. */
const RIGHT: Answers = {
  GetCallerIdentity: { Account: '123456789012', Arn: 'arn:aws:iam::123456789012:user/me' },
  GetParameter: { Parameter: { Value: IMAGE.ImageId } },
  DescribeImages: { Images: [IMAGE] },
  DescribeInstanceTypes: { InstanceTypes: [TYPE] },
  DescribeInstanceTypeOfferings: { InstanceTypeOfferings: [{}] },
  HeadBucket: { BucketRegion: 'us-east-1' },
  DescribeSubnets: { Subnets: [{ SubnetId: 'subnet-1', VpcId: 'vpc-1', AvailabilityZone: 'us-east-1a' }] },
  DescribeSecurityGroups: { SecurityGroups: [{ GroupId: 'sg-1', VpcId: 'vpc-1' }] },
  DescribeRouteTables: mainTable(route('igw-1')),
  DescribeVpcEndpoints: { VpcEndpoints: [] },
};

const PARAMETERS = {
  os: 'amzn2023',
  arch: 'x86_64',
  ami_ref: 'al2023-ami-kernel-default-x86_64',
  instance_type: 'm6i.large',
  ip: 'public',
  region: 'us-east-1',
  s3bucket: 'bucket',
  sg: 'sg-1',
  subnet: 'subnet-1',
};

const CLIENTS = { ec2: EC2Client, iam: IAMClient, s3: S3Client, ssm: SSMClient, sts: STSClient };

interface Case {
  /** Answers, or errors, that differ from those of an account in which everything is right. */
  answers?: Answers;
  parameters?: Record<string, string>;
}

async function ask({ answers = {}, parameters = {} }: Case): Promise<Inquiry & { facts: Facts }> {
  const aws = fakeClients(CLIENTS, { ...RIGHT, ...answers });
  const settings = new Map(
    Object.entries({ ...PARAMETERS, ...parameters }).map(([name, value]) => [name, { value, source: 'command line' }]),
  );
  const inquiry: Inquiry = { aws, settings, problems: [], notChecked: [], notes: [] };
  return { ...inquiry, facts: await lookUp(inquiry, readAmiBuild(), undefined) };
}

it('finds nothing wrong where nothing is', async () => {
  const { problems, notChecked, notes, facts } = await ask({});
  expect({ problems, notChecked, notes }).toEqual({ problems: [], notChecked: [], notes: [] });
  expect(facts).toEqual({
    accountId: '123456789012',
    partition: 'aws',
    bucketRegion: 'us-east-1',
    baseImage: {
      id: IMAGE.ImageId,
      name: 'al2023',
      createdAt: IMAGE.CreationDate,
      source: 'ssm: /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
    },
  });
});

describe('what is wrong', () => {
  it.each<Case & { parameter: string; message: string }>([
    {
      answers: { DescribeImages: awsError('InvalidAMIID.NotFound') },
      parameter: 'ami_ref',
      message: 'does not exist in us-east-1',
    },
    {
      answers: { DescribeImages: { Images: [{ ...IMAGE, State: 'failed' }] } },
      parameter: 'ami_ref',
      message: 'is failed',
    },
    {
      answers: { DescribeImages: { Images: [{ ...IMAGE, Architecture: 'arm64' }] } },
      parameters: { ami_id: 'ami-1' },
      parameter: 'ami_id',
      message: 'is an image for arm64, not x86_64',
    },
    {
      answers: { GetParameter: awsError('ParameterNotFound') },
      parameter: 'ami_ref',
      message: 'there is no SSM parameter /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
    },
    {
      answers: { DescribeInstanceTypes: awsError('InvalidInstanceType') },
      parameter: 'instance_type',
      message: 'is not an instance type of us-east-1',
    },
    {
      answers: { DescribeInstanceTypes: { InstanceTypes: [TYPE] } },
      parameters: { arch: 'arm64', ami_id: 'ami-1' },
      parameter: 'instance_type',
      message: 'is a type for x86_64, not arm64',
    },
    {
      answers: { DescribeInstanceTypeOfferings: { InstanceTypeOfferings: [] } },
      parameter: 'instance_type',
      message: 'is not offered in us-east-1a, the zone of the subnet',
    },
    {
      answers: { DescribeSubnets: awsError('InvalidSubnetID.NotFound') },
      parameter: 'subnet',
      message: 'does not exist in us-east-1',
    },
    { parameters: { sg: 'sg-1,sg-2' }, parameter: 'sg', message: 'does not exist in us-east-1' },
    {
      answers: { DescribeSecurityGroups: { SecurityGroups: [{ GroupId: 'sg-1', VpcId: 'vpc-2' }] } },
      parameter: 'sg',
      message: 'belongs to vpc-2, the subnet to vpc-1',
    },
    {
      answers: { DescribeRouteTables: mainTable(route('nat-1')) },
      parameter: 'ip',
      message: 'subnet-1 has no route to an internet gateway',
    },
    {
      answers: { DescribeRouteTables: mainTable(route('igw-1', 'blackhole')) },
      parameter: 'ip',
      message: 'subnet-1 has no route to an internet gateway',
    },
    {
      parameters: { ip: 'private' },
      parameter: 'ip',
      message: 'subnet-1 has no way out for an instance without a public address',
    },
    { answers: { HeadBucket: awsError('NotFound', undefined, 404) }, parameter: 's3bucket', message: 'does not exist' },
    {
      answers: { HeadBucket: awsError('Forbidden', undefined, 403) },
      parameter: 's3bucket',
      message: 'is not in reach of the credentials',
    },
  ])('$parameter: $message', async ({ parameter, message, ...rest }) => {
    const { problems } = await ask(rest);
    expect(problems).toContainEqual(expect.objectContaining({ parameter, message, fix: expect.any(String) }));
  });
});

describe('what should be known', () => {
  const recently = new Date(Date.now() - DAY).toISOString();
  it.each<Case & { note: RegExp }>([
    {
      answers: { DescribeImages: { Images: [{ ...IMAGE, DeprecationTime: recently }] } },
      note: /^The base image ami-0043df2e553ad12b6 has been deprecated since 20/,
    },
    {
      answers: { HeadBucket: { BucketRegion: 'eu-west-1' } },
      note: /^The bucket bucket lies in eu-west-1, not us-east-1/,
    },
    {
      answers: { DescribeVpcEndpoints: { VpcEndpoints: [{}] }, DescribeRouteTables: mainTable() },
      parameters: { ip: 'private' },
      note: /^subnet-1 has no way out but the VPC endpoint of S3/,
    },
  ])('$note', async ({ note, ...rest }) => {
    const { problems, notes } = await ask(rest);
    expect(problems).toEqual([]);
    expect(notes).toEqual([expect.stringMatching(note)]);
  });

  it('a private build goes out through a NAT gateway', async () => {
    const answers = { DescribeRouteTables: mainTable(route('nat-1')) };
    const { problems, notes } = await ask({ answers, parameters: { ip: 'private' } });
    expect({ problems, notes }).toEqual({ problems: [], notes: [] });
  });

  it("the subnet's own route table counts before the main one", async () => {
    const own = { Associations: [{ SubnetId: 'subnet-1' }], Routes: [route('igw-1')] };
    const main = { Associations: [{ Main: true }], Routes: [] };
    const { problems } = await ask({ answers: { DescribeRouteTables: { RouteTables: [main, own] } } });
    expect(problems).toEqual([]);
  });
});

describe('what the credentials may not ask is not wrong, it is not checked', () => {
  it.each([
    ['DescribeImages', 'base image'],
    ['GetParameter', 'base image'],
    ['DescribeInstanceTypes', 'instance type'],
    ['DescribeInstanceTypeOfferings', 'offer of the instance type'],
    ['DescribeSubnets', 'subnet'],
    ['DescribeSecurityGroups', 'security groups'],
    ['DescribeRouteTables', 'the way out of the subnet'],
  ])('%s', async (action, what) => {
    const { problems, notChecked } = await ask({
      answers: { [action]: awsError('UnauthorizedOperation', undefined, 403) },
    });
    expect(problems).toEqual([]);
    expect(notChecked).toEqual([`${what}: the credentials may not ask that (UnauthorizedOperation, says AWS)`]);
  });

  it('but any other refusal ends it', async () => {
    const answers = { DescribeSubnets: awsError('RequestLimitExceeded', undefined, 503) };
    await expect(ask({ answers })).rejects.toMatchObject({ name: 'RequestLimitExceeded' });
  });
});
