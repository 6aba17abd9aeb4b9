import {
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  DisableImageDeprecationCommand,
  EnableImageDeprecationCommand,
  ModifyImageAttributeCommand,
  type ModifyImageAttributeCommandInput,
  ResetImageAttributeCommand,
} from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { BASE_IMAGE_ID, type FakeCloud, fakeCloud } from '../fake-cloud.ts';
import { ACCOUNT } from '../state.ts';

const OTHER = '111122223333';

async function cloudWithOwnImage(): Promise<FakeCloud> {
  const cloud = await fakeCloud();
  cloud.state.images[BASE_IMAGE_ID]!.ownerId = ACCOUNT;
  cloud.state.images[BASE_IMAGE_ID]!.public = false;
  return cloud;
}

const modify = ({ ec2 }: FakeCloud, input: Omit<ModifyImageAttributeCommandInput, 'ImageId'>) =>
  ec2.send(new ModifyImageAttributeCommand({ ImageId: BASE_IMAGE_ID, ...input }));

const describe = ({ ec2 }: FakeCloud, Attribute: 'description' | 'launchPermission' | 'imdsSupport') =>
  ec2.send(new DescribeImageAttributeCommand({ ImageId: BASE_IMAGE_ID, Attribute }));

test('the description can be changed and emptied, in both ways of asking', async () => {
  const cloud = await cloudWithOwnImage();
  await modify(cloud, { Description: { Value: 'new' } });
  expect((await describe(cloud, 'description')).Description).toEqual({ Value: 'new' });
  await modify(cloud, { Attribute: 'description', Value: 'newer' });
  expect(cloud.state.images[BASE_IMAGE_ID]!.description).toBe('newer');
  await modify(cloud, { Description: { Value: '' } });
  expect(cloud.state.images[BASE_IMAGE_ID]!.description).toBe('');
});

test('IMDSv2 can be demanded, never taken back', async () => {
  const cloud = await cloudWithOwnImage();
  expect((await describe(cloud, 'imdsSupport')).ImdsSupport?.Value).toBeUndefined();
  await modify(cloud, { ImdsSupport: { Value: 'v2.0' } });
  expect((await describe(cloud, 'imdsSupport')).ImdsSupport).toEqual({ Value: 'v2.0' });
  const { Images } = await cloud.ec2.send(new DescribeImagesCommand({ ImageIds: [BASE_IMAGE_ID] }));
  expect(Images).toMatchObject([{ ImdsSupport: 'v2.0' }]);
  await expect(modify(cloud, { ImdsSupport: { Value: 'v1.0' } })).rejects.toMatchObject({
    name: 'InvalidParameterValue',
  });
});

test('an image is shared with accounts and with everybody, and that is taken back', async () => {
  const cloud = await cloudWithOwnImage();
  await modify(cloud, { LaunchPermission: { Add: [{ UserId: OTHER }, { Group: 'all' }] } });
  expect((await describe(cloud, 'launchPermission')).LaunchPermissions).toEqual([{ Group: 'all' }, { UserId: OTHER }]);
  await modify(cloud, { LaunchPermission: { Remove: [{ Group: 'all' }] } });
  expect(cloud.state.images[BASE_IMAGE_ID]).toMatchObject({ public: false, launchPermissions: [OTHER] });
  await modify(cloud, { Attribute: 'launchPermission', OperationType: 'remove', UserIds: [OTHER] });
  expect(cloud.state.images[BASE_IMAGE_ID]!.launchPermissions).toEqual([]);
  await modify(cloud, { Attribute: 'launchPermission', OperationType: 'add', UserIds: [OTHER], UserGroups: ['all'] });
  await cloud.ec2.send(new ResetImageAttributeCommand({ ImageId: BASE_IMAGE_ID, Attribute: 'launchPermission' }));
  expect((await describe(cloud, 'launchPermission')).LaunchPermissions).toEqual([]);
});

test('an image is shared with an organisation, and not if the key that AWS manages encrypts it', async () => {
  const cloud = await cloudWithOwnImage();
  const OrganizationArn = 'arn:aws:organizations::111122223333:organization/o-1';
  const OrganizationalUnitArn = 'arn:aws:organizations::111122223333:ou/o-1/ou-1';
  await modify(cloud, { LaunchPermission: { Add: [{ OrganizationArn }, { OrganizationalUnitArn }] } });
  expect((await describe(cloud, 'launchPermission')).LaunchPermissions).toEqual([
    { OrganizationArn },
    { OrganizationalUnitArn },
  ]);
  await modify(cloud, { LaunchPermission: { Remove: [{ OrganizationArn }] } });
  expect(cloud.state.images[BASE_IMAGE_ID]!.launchPermissions).toEqual([OrganizationalUnitArn]);
  cloud.state.snapshots[cloud.state.images[BASE_IMAGE_ID]!.snapshotId]!.encrypted = true;
  await expect(modify(cloud, { LaunchPermission: { Add: [{ UserId: OTHER }] } })).rejects.toMatchObject({
    name: 'InvalidParameter',
    message: "Snapshots encrypted with the AWS Managed CMK can't be shared. Specify another snapshot.",
  });
  await modify(cloud, { LaunchPermission: { Remove: [{ OrganizationalUnitArn }] } });
});

test('a permission that means nobody is refused, and changes nothing', async () => {
  const cloud = await cloudWithOwnImage();
  const Add = [{ UserId: OTHER }, { UserId: 'somebody' }];
  await expect(modify(cloud, { Description: { Value: 'x' }, LaunchPermission: { Add } })).rejects.toMatchObject({
    name: 'InvalidAMIAttributeItemValue',
  });
  expect(cloud.state.images[BASE_IMAGE_ID]).toMatchObject({ description: 'base', launchPermissions: [] });
});

test("nobody changes or looks into somebody else's image", async () => {
  const cloud = await fakeCloud();
  await expect(modify(cloud, { Description: { Value: 'x' } })).rejects.toMatchObject({ name: 'AuthFailure' });
  await expect(describe(cloud, 'launchPermission')).rejects.toMatchObject({ name: 'AuthFailure' });
});

test('a deprecation date is kept to the minute, must lie ahead, and can be taken back', async () => {
  const cloud = await cloudWithOwnImage();
  cloud.setTime(new Date('2026-06-01T12:00:00Z'));
  const deprecate = (time: string) =>
    cloud.ec2.send(new EnableImageDeprecationCommand({ ImageId: BASE_IMAGE_ID, DeprecateAt: new Date(time) }));
  await deprecate('2026-07-01T10:20:40Z');
  const { Images } = await cloud.ec2.send(new DescribeImagesCommand({ ImageIds: [BASE_IMAGE_ID] }));
  expect(Images![0]!.DeprecationTime).toBe('2026-07-01T10:21:00.000Z');
  for (const time of ['2026-05-31T00:00:00Z', '2037-01-01T00:00:00Z']) {
    await expect(deprecate(time)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  }
  await cloud.ec2.send(new DisableImageDeprecationCommand({ ImageId: BASE_IMAGE_ID }));
  expect(cloud.state.images[BASE_IMAGE_ID]).not.toHaveProperty('deprecationTime');
});
