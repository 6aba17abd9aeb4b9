import {
  DescribeAccountAttributesCommand,
  DescribeAvailabilityZonesCommand,
  DescribeRegionsCommand,
  GetEbsEncryptionByDefaultCommand,
} from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { fakeCloud } from '../fake-cloud.ts';
import { VPC_ID } from '../state.ts';

test('there are three regions, the first of which has a zone', async () => {
  const { ec2 } = await fakeCloud();
  const { Regions } = await ec2.send(new DescribeRegionsCommand({ AllRegions: true }));
  expect(Regions).toMatchObject([
    { RegionName: 'us-east-1', Endpoint: 'ec2.us-east-1.amazonaws.com' },
    { RegionName: 'us-west-2', Endpoint: 'ec2.us-west-2.amazonaws.com' },
    { RegionName: 'eu-central-1', Endpoint: 'ec2.eu-central-1.amazonaws.com' },
  ]);
  const named = await ec2.send(new DescribeRegionsCommand({ RegionNames: ['us-west-2'] }));
  expect(named.Regions).toMatchObject([{ RegionName: 'us-west-2' }]);
  const { AvailabilityZones } = await ec2.send(new DescribeAvailabilityZonesCommand({}));
  expect(AvailabilityZones).toMatchObject([{ ZoneName: 'us-east-1a', RegionName: 'us-east-1', State: 'available' }]);
  await expect(ec2.send(new DescribeRegionsCommand({ RegionNames: ['eu-west-1'] }))).rejects.toMatchObject({
    name: 'InvalidParameterValue',
  });
  await expect(ec2.send(new DescribeAvailabilityZonesCommand({ ZoneNames: ['x'] }))).rejects.toMatchObject({
    name: 'InvalidParameterValue',
  });
});

test('the account has a default VPC, and disks are encrypted only when asked', async () => {
  const { ec2 } = await fakeCloud();
  const { AccountAttributes } = await ec2.send(new DescribeAccountAttributesCommand({}));
  expect(AccountAttributes).toContainEqual({
    AttributeName: 'default-vpc',
    AttributeValues: [{ AttributeValue: VPC_ID }],
  });
  expect(await ec2.send(new GetEbsEncryptionByDefaultCommand({}))).toMatchObject({ EbsEncryptionByDefault: false });
});
