import { CreateTagsCommand, DeleteTagsCommand, DescribeTagsCommand } from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { BASE_IMAGE_ID, type FakeCloud, fakeCloud } from '../fake-cloud.ts';
import { SECURITY_GROUP_ID } from '../state.ts';

const create = ({ ec2 }: FakeCloud, Resources: string[], tags: Record<string, string>) =>
  ec2.send(new CreateTagsCommand({ Resources, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }));

test('tags are added to several resources, replaced, described and deleted', async () => {
  const cloud = await fakeCloud();
  await create(cloud, [BASE_IMAGE_ID, SECURITY_GROUP_ID], { a: '1', empty: '' });
  await create(cloud, [BASE_IMAGE_ID], { a: '2', b: 'ü * <&>' });
  expect(cloud.state.images[BASE_IMAGE_ID]!.tags).toEqual({ a: '2', empty: '', b: 'ü * <&>' });
  const { Tags } = await cloud.ec2.send(
    new DescribeTagsCommand({ Filters: [{ Name: 'resource-type', Values: ['image'] }] }),
  );
  expect(Tags).toContainEqual({ ResourceId: BASE_IMAGE_ID, ResourceType: 'image', Key: 'b', Value: 'ü * <&>' });
  expect(Tags).toHaveLength(3);
  const remove = (...tags: object[]) =>
    cloud.ec2.send(new DeleteTagsCommand({ Resources: [BASE_IMAGE_ID], Tags: tags as never }));
  await remove({ Key: 'a', Value: 'another' }, { Key: 'b' });
  expect(cloud.state.images[BASE_IMAGE_ID]!.tags).toEqual({ a: '2', empty: '' });
  await remove();
  expect(cloud.state.images[BASE_IMAGE_ID]!.tags).toEqual({});
});

test('one resource that does not exist: none is tagged', async () => {
  const cloud = await fakeCloud();
  await expect(create(cloud, [BASE_IMAGE_ID, 'ami-00000000'], { a: '1' })).rejects.toMatchObject({
    name: 'InvalidAMIID.NotFound',
    message: "The image id '[ami-00000000]' does not exist",
  });
  for (const id of ['ami-x', 'nothing', 'rtb-00000000']) {
    await expect(create(cloud, [BASE_IMAGE_ID, id], { a: '1' })).rejects.toMatchObject({ name: 'InvalidID' });
  }
  await expect(create(cloud, ['i-00000000'], { a: '1' })).rejects.toMatchObject({ name: 'InvalidInstanceID.NotFound' });
  expect(cloud.state.images[BASE_IMAGE_ID]!.tags).toEqual({});
});

test.each([
  ['a key of AWS', { 'aws:x': '1' }, 'InvalidParameterValue'],
  ['a long key', { ['k'.repeat(128)]: '1' }, 'InvalidParameterValue'],
  ['a long value', { k: 'v'.repeat(256) }, 'InvalidParameterValue'],
  ['too many', Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, ''])), 'TagLimitExceeded'],
])('%s is refused', async (_what, tags, name) => {
  const cloud = await fakeCloud();
  await expect(create(cloud, [BASE_IMAGE_ID], tags)).rejects.toMatchObject({ name });
  expect(cloud.state.images[BASE_IMAGE_ID]!.tags).toEqual({});
});
