import {
  CreateSecurityGroupCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
} from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { fakeCloud } from '../fake-cloud.ts';
import { addFaultRule, clearFaultRules } from '../faults.ts';
import { PRIVATE_SUBNET_ID, SUBNET_ID, VPC_ID } from '../state.ts';
import { launchOne } from './launch-fake.ts';

const filters = (Name: string, ...Values: string[]) => ({ Filters: [{ Name, Values }] });

test('there is a default VPC with a public and a private subnet', async () => {
  const cloud = await fakeCloud();
  await launchOne(cloud);
  const { Vpcs } = await cloud.ec2.send(new DescribeVpcsCommand(filters('is-default', 'true')));
  expect(Vpcs).toMatchObject([{ VpcId: VPC_ID, IsDefault: true }]);
  const { Subnets } = await cloud.ec2.send(new DescribeSubnetsCommand(filters('vpc-id', VPC_ID)));
  expect(Subnets).toMatchObject([
    { SubnetId: SUBNET_ID, AvailabilityZone: 'us-east-1a', MapPublicIpOnLaunch: true, AvailableIpAddressCount: 250 },
    { SubnetId: PRIVATE_SUBNET_ID, MapPublicIpOnLaunch: false, AvailableIpAddressCount: 251 },
  ]);
});

test('its main route table leads everywhere through an internet gateway', async () => {
  const { ec2 } = await fakeCloud();
  const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand(filters('association.main', 'true')));
  expect(RouteTables).toMatchObject([{ Associations: [{ Main: true }], VpcId: VPC_ID }]);
  expect(RouteTables![0]!.Routes).toMatchObject([
    { GatewayId: 'local' },
    { DestinationCidrBlock: '0.0.0.0/0', GatewayId: expect.stringMatching(/^igw-/), State: 'active' },
  ]);
  const ofSubnet = await ec2.send(new DescribeRouteTablesCommand(filters('association.subnet-id', SUBNET_ID)));
  expect(ofSubnet.RouteTables).toEqual([]);
});

test('an instance in the private subnet has an address of its own, and a NAT gateway', async () => {
  const cloud = await fakeCloud();
  const id = await launchOne(cloud, { SubnetId: PRIVATE_SUBNET_ID });
  expect(cloud.state.instances[id]).toMatchObject({ privateIp: '10.77.1.10' });
  expect(cloud.state.instances[id]).not.toHaveProperty('publicIp');
  const ofSubnet = filters('association.subnet-id', PRIVATE_SUBNET_ID);
  const { RouteTables } = await cloud.ec2.send(new DescribeRouteTablesCommand(ofSubnet));
  expect(RouteTables?.[0]?.Routes?.[1]).toMatchObject({
    DestinationCidrBlock: '0.0.0.0/0',
    NatGatewayId: expect.stringMatching(/^nat-/),
  });
});

test('it has no endpoints, and what does not exist is refused', async () => {
  const { ec2 } = await fakeCloud();
  const { VpcEndpoints } = await ec2.send(new DescribeVpcEndpointsCommand(filters('vpc-id', VPC_ID)));
  expect(VpcEndpoints).toEqual([]);
  for (const id of ['subnet-00000000', 'subnet']) {
    await expect(ec2.send(new DescribeSubnetsCommand({ SubnetIds: [id] }))).rejects.toMatchObject({
      name: 'InvalidSubnetID.NotFound',
      message: `The subnet ID '${id}' does not exist`,
    });
  }
  await expect(ec2.send(new DescribeVpcsCommand({ VpcIds: ['vpc-00000000'] }))).rejects.toMatchObject({
    name: 'InvalidVpcID.NotFound',
  });
  await expect(ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: ['rtb-00000000'] }))).rejects.toMatchObject({
    name: 'InvalidRouteTableID.NotFound',
  });
});

test('in an account without a default VPC, what goes there by default must say where to', async () => {
  const cloud = await fakeCloud();
  addFaultRule(cloud.folder, { service: 'account', action: 'no-default-vpc' });
  const create = { GroupName: 'g', Description: 'd' };
  for (const call of [launchOne(cloud), cloud.ec2.send(new CreateSecurityGroupCommand(create))]) {
    await expect(call).rejects.toMatchObject({
      name: 'VPCIdNotSpecified',
      message: 'No default VPC for this user',
    });
  }
  await launchOne(cloud, { SubnetId: SUBNET_ID });
  await cloud.ec2.send(new CreateSecurityGroupCommand({ ...create, VpcId: VPC_ID }));
  const { Vpcs } = await cloud.ec2.send(new DescribeVpcsCommand(filters('is-default', 'true')));
  expect(Vpcs).toEqual([]);
  const { Subnets } = await cloud.ec2.send(new DescribeSubnetsCommand(filters('default-for-az', 'false')));
  expect(Subnets).toMatchObject([{ DefaultForAz: false }, { DefaultForAz: false }]);
  clearFaultRules(cloud.folder);
  await launchOne(cloud);
});
