import {
  DeregisterImageCommand,
  DescribeImagesCommand,
  type DescribeImagesCommandInput,
  DisableImageDeregistrationProtectionCommand,
  EnableImageDeregistrationProtectionCommand,
} from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { BASE_IMAGE_ID, type FakeCloud, FOREIGN_IMAGE_ID, fakeCloud, VENDOR } from '../fake-cloud.ts';
import { ACCOUNT } from '../state.ts';

const OWN = 'ami-00000000000000001';

async function cloudWithOwnImage(): Promise<FakeCloud> {
  const cloud = await fakeCloud();
  const image = cloud.state.images[BASE_IMAGE_ID]!;
  const tags = { Name: 'own', 'with space': 'a*b' };
  cloud.state.images[OWN] = { ...image, imageId: OWN, name: 'own-image', ownerId: ACCOUNT, public: false, tags };
  return cloud;
}

async function listed({ ec2 }: FakeCloud, input: DescribeImagesCommandInput): Promise<string[]> {
  const { Images = [] } = await ec2.send(new DescribeImagesCommand(input));
  return Images.map(({ ImageId }) => ImageId!);
}

const filter = (Name: string, ...Values: string[]) => ({ Filters: [{ Name, Values }] });

test.each<[string, DescribeImagesCommandInput, string[]]>([
  ['everything', {}, [OWN, BASE_IMAGE_ID, FOREIGN_IMAGE_ID]],
  ['own ones', { Owners: ['self'] }, [OWN]],
  ['own ones by number', { Owners: [ACCOUNT] }, [OWN]],
  ["a vendor's", { Owners: [VENDOR] }, [BASE_IMAGE_ID, FOREIGN_IMAGE_ID]],
  ["Amazon's", { Owners: ['amazon'] }, []],
  ['public ones', { ExecutableUsers: ['all'] }, [BASE_IMAGE_ID, FOREIGN_IMAGE_ID]],
  ['by id', { ImageIds: [OWN] }, [OWN]],
  ['by the start of the name', filter('name', 'own*'), [OWN]],
  ['by a name with one character left open', filter('name', 'base?image'), [BASE_IMAGE_ID]],
  ['by one of two names', filter('name', 'own-image', 'base-image'), [OWN, BASE_IMAGE_ID]],
  ['by no name of any', filter('name', 'none'), []],
  ['by tag', filter('tag:Name', 'own'), [OWN]],
  ['by tag key', filter('tag-key', 'Name'), [OWN]],
  ['by a tag value in which the star is meant', filter('tag:with space', 'a\\*b'), [OWN]],
  ['by an image id that nobody has', filter('image-id', 'ami-00000000'), []],
  ['by owner', filter('owner-id', VENDOR), [BASE_IMAGE_ID, FOREIGN_IMAGE_ID]],
  ['by encryption', filter('block-device-mapping.encrypted', 'true'), []],
  ['by two filters', { Owners: ['self'], ...filter('is-public', 'true') }, []],
])('describes %s', async (_what, input, expected) => {
  const found = await listed(await cloudWithOwnImage(), input);
  expect(found.sort()).toEqual([...expected].sort());
});

test("somebody's deprecated image is shown to those who ask for it", async () => {
  const cloud = await cloudWithOwnImage();
  for (const image of Object.values(cloud.state.images)) image.deprecationTime = '2026-01-01T00:00:00.000Z';
  expect(await listed(cloud, {})).toEqual([OWN]);
  expect(await listed(cloud, { ImageIds: [BASE_IMAGE_ID] })).toEqual([BASE_IMAGE_ID]);
  expect(await listed(cloud, { IncludeDeprecated: true })).toHaveLength(3);
});

test('what does not exist, or cannot, is refused in the words of EC2', async () => {
  const cloud = await cloudWithOwnImage();
  await expect(listed(cloud, { ImageIds: ['ami-00000000', OWN, 'ami-00000001'] })).rejects.toMatchObject({
    name: 'InvalidAMIID.NotFound',
    message: "The image ids '[ami-00000000, ami-00000001]' do not exist",
  });
  await expect(listed(cloud, { ImageIds: ['ami-xyz'] })).rejects.toMatchObject({ name: 'InvalidAMIID.Malformed' });
  await expect(listed(cloud, filter('colour', 'red'))).rejects.toMatchObject({
    name: 'InvalidParameterValue',
    message: expect.stringContaining("The filter 'colour' is invalid"),
  });
});

test('an image is deregistered with its snapshot, unless that is of another one, too; a protected one is not', async () => {
  const cloud = await cloudWithOwnImage();
  const OTHER = 'ami-00000000000000002';
  cloud.state.images[OTHER] = { ...cloud.state.images[OWN]!, imageId: OTHER, name: 'other' };
  const deregister = (ImageId: string) =>
    cloud.ec2.send(new DeregisterImageCommand({ ImageId, DeleteAssociatedSnapshots: true }));
  await cloud.ec2.send(new EnableImageDeregistrationProtectionCommand({ ImageId: OWN }));
  const { Images } = await cloud.ec2.send(new DescribeImagesCommand({ ImageIds: [OWN] }));
  expect(Images).toMatchObject([{ DeregistrationProtection: 'enabled-without-cooldown' }]);
  await expect(deregister(OWN)).rejects.toMatchObject({ name: 'OperationNotPermitted' });
  await cloud.ec2.send(new DisableImageDeregistrationProtectionCommand({ ImageId: OWN }));
  const { snapshotId } = cloud.state.images[OWN]!;
  const result = (ReturnCode: string) => ({ DeleteSnapshotResults: [{ SnapshotId: snapshotId, ReturnCode }] });
  // The base image and the foreign one have it as well.
  expect(await deregister(OWN)).toMatchObject(result('skipped'));
  delete cloud.state.images[BASE_IMAGE_ID];
  delete cloud.state.images[FOREIGN_IMAGE_ID];
  expect(await deregister(OTHER)).toMatchObject(result('success'));
  expect(cloud.state.snapshots).not.toHaveProperty(snapshotId);
});

test("nobody deregisters somebody else's image", async () => {
  const cloud = await cloudWithOwnImage();
  const deregister = (ImageId: string) => cloud.ec2.send(new DeregisterImageCommand({ ImageId }));
  await expect(deregister(BASE_IMAGE_ID)).rejects.toMatchObject({ name: 'AuthFailure' });
  await deregister(OWN);
  await expect(deregister(OWN)).rejects.toMatchObject({ name: 'InvalidAMIID.NotFound' });
});
