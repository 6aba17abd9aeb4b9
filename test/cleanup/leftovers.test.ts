import {
  CopyImageCommand,
  CreateImageCommand,
  CreateKeyPairCommand,
  CreateTagsCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
} from '@aws-sdk/client-ec2';
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  TagRoleCommand,
} from '@aws-sdk/client-iam';
import { expect, it } from 'vitest';
import type { Aws } from '../../scripts/lib/aws/clients.ts';
import { tagList } from '../../scripts/lib/aws/tags.ts';
import { findLeftovers } from '../../scripts/lib/cleanup/leftovers.ts';
import { removeLeftovers } from '../../scripts/lib/cleanup/removals.ts';
import { finish } from '../../scripts/lib/packer/finish.ts';
import { tagFirstImage, tagRole } from '../../scripts/lib/packer/tagging.ts';
import type { Plan } from '../../scripts/lib/plan/plan.ts';
import { launchOne } from '../cloud/ec2/launch-fake.ts';
import { type FakeCloud, fakeCloud } from '../cloud/fake-cloud.ts';

// What a build removes and tags, in an account in which there is more than its own.

const ROLE = 'packer-6b0e1842-47ab-5e02-3597-7e85bef8095f';
const OTHER_ROLE = 'packer-11111111-2222-3333-4444-555555555555';
const NAME = 'lava-8.1.0-debian12-py3.11-x86_64-2026-12-01T00-43-44Z';

const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

/** The plan of a build that began a minute ago. */
function planOf(buildId: string, imageName = NAME): Plan {
  const plan: Partial<Plan> = {
    buildId,
    imageName,
    startedAt: new Date(Date.now() - 60_000).toISOString(),
    buildTags: { Name: `building ${imageName}`, BuildId: buildId },
    tags: { Name: imageName, BuildId: buildId },
  };
  return plan as Plan;
}

const PLAN = planOf('2026-12-01T00-43-44Z-aee2');
const OTHER = planOf('2026-12-01T00-43-44Z-bbbb');

async function makeRole({ iam }: FakeCloud, name: string, tags: Record<string, string> = {}): Promise<void> {
  const tagged = tags.BuildId ? { Tags: tagList(tags) } : {};
  await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: TRUST, ...tagged }));
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: name, ...tagged }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: name, RoleName: name }));
}

async function launch(cloud: FakeCloud, { buildTags }: Plan, profile?: string): Promise<string> {
  return launchOne(cloud, {
    TagSpecifications: [{ ResourceType: 'instance', Tags: tagList(buildTags) }],
    ...(profile && { IamInstanceProfile: { Name: profile } }),
  });
}

async function imageOf(cloud: FakeCloud, InstanceId: string, Name: string): Promise<string> {
  const { ImageId = '' } = await cloud.ec2.send(new CreateImageCommand({ InstanceId, Name }));
  await cloud.behind.idle();
  return ImageId;
}

async function copyOf(cloud: FakeCloud, id: string, Name: string, tags: Record<string, string> = {}): Promise<string> {
  const copy = new CopyImageCommand({ SourceImageId: id, SourceRegion: 'us-east-1', Name });
  const { ImageId = '' } = await cloud.ec2.send(copy);
  await cloud.behind.idle();
  if (tags.BuildId) await cloud.ec2.send(new CreateTagsCommand({ Resources: [ImageId], Tags: tagList(tags) }));
  return ImageId;
}

const found = async (cloud: FakeCloud, plan: Plan, roleName?: string) => {
  const leftovers = await findLeftovers(cloud as unknown as Aws, plan, { ...(roleName && { roleName }) });
  return leftovers.map(({ kind, id }) => `${kind} ${id}`);
};

const tagsOf = async ({ ec2 }: FakeCloud, id: string) => {
  const { Images: [image] = [] } = await ec2.send(new DescribeImagesCommand({ ImageIds: [id] }));
  return Object.fromEntries((image?.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
};

it('everything of a build is found by its own tags, in the order in which it can be removed, and removed', async () => {
  const cloud = await fakeCloud();
  await makeRole(cloud, ROLE);
  const instance = await launch(cloud, PLAN, ROLE);
  const first = await imageOf(cloud, instance, '2IMBkR6');
  const copy = await copyOf(cloud, first, NAME);
  const TagSpecifications = [{ ResourceType: 'key-pair' as const, Tags: tagList(PLAN.buildTags) }];
  await cloud.ec2.send(new CreateKeyPairCommand({ KeyName: 'key', TagSpecifications }));
  // Nobody says what the role is called: the instance does.
  const left = await found(cloud, PLAN);
  expect(left.map(one => (one.startsWith('snapshot ') ? 'snapshot' : one))).toEqual([
    `instance ${instance}`,
    `image ${first}`,
    `image ${copy}`,
    'snapshot',
    'snapshot',
    'key pair key',
    `instance profile ${ROLE}`,
    `role ${ROLE}`,
  ]);
  expect(await removeLeftovers(await findLeftovers(cloud as unknown as Aws, PLAN, {}))).toEqual([]);
  expect(await found(cloud, PLAN, ROLE)).toEqual([]);
});

it.each<[string, (cloud: FakeCloud) => Promise<void>, string, boolean]>([
  ['that packer named, young and without tags', cloud => makeRole(cloud, ROLE), ROLE, true],
  ['with the tags of the build', cloud => makeRole(cloud, ROLE, PLAN.buildTags), ROLE, true],
  ['with the tags of another build', cloud => makeRole(cloud, OTHER_ROLE, OTHER.buildTags), OTHER_ROLE, false],
  ['that is older than the build', cloud => oldRole(cloud, OTHER_ROLE), OTHER_ROLE, false],
  ['of a name that packer never makes up', cloud => makeRole(cloud, 'Administrator'), 'Administrator', false],
  ['that does not exist', async () => {}, ROLE, false],
])('a role %s', async (_what, make, name, isOwn) => {
  const cloud = await fakeCloud();
  await make(cloud);
  expect(await found(cloud, PLAN, name)).toEqual(isOwn ? [`instance profile ${name}`, `role ${name}`] : []);
});

async function oldRole(cloud: FakeCloud, name: string): Promise<void> {
  await makeRole(cloud, name);
  cloud.state.roles[name]!.createDate = '2026-01-01T00:00:00.000Z';
}

it('a worker that inherited the BuildId of its image is no leftover', async () => {
  const cloud = await fakeCloud();
  const Tags = tagList({ Name: 'worker', BuildId: PLAN.buildId });
  await launchOne(cloud, { TagSpecifications: [{ ResourceType: 'instance', Tags }] });
  expect(await found(cloud, PLAN)).toEqual([]);
});

it("another build's image of the same name is no leftover: finished, or still on its way", async () => {
  const cloud = await fakeCloud();
  const first = await imageOf(cloud, await launch(cloud, OTHER), 'other');
  const copy = await copyOf(cloud, first, NAME);
  expect(await found(cloud, PLAN)).toEqual([]);
  await cloud.ec2.send(new CreateTagsCommand({ Resources: [copy], Tags: tagList(OTHER.tags) }));
  expect(await found(cloud, PLAN)).toEqual([]);
});

it("a copy is found whose first image packer has removed already, if EC2 had shown that to be the build's", async () => {
  const cloud = await fakeCloud();
  const first = await imageOf(cloud, await launch(cloud, PLAN), '2IMBkR6');
  const firstImageIds = await tagFirstImage(cloud, PLAN);
  const copy = await copyOf(cloud, first, NAME);
  await cloud.ec2.send(new DeregisterImageCommand({ ImageId: first }));
  const leftovers = async (run: { firstImageIds?: string[] }) =>
    (await findLeftovers(cloud as unknown as Aws, PLAN, run)).map(({ kind, id }) => `${kind} ${id}`);
  expect(await leftovers({ firstImageIds })).toContain(`image ${copy}`);
  expect(await leftovers({})).not.toContain(`image ${copy}`);
});

it("the first image of the build's own instance is tagged, and no other", async () => {
  const cloud = await fakeCloud();
  const first = await imageOf(cloud, await launch(cloud, PLAN), '2IMBkR6');
  const other = await imageOf(cloud, await launch(cloud, OTHER), 'other');
  const finished = await copyOf(cloud, other, 'finished', OTHER.tags);
  await tagFirstImage(cloud, PLAN);
  expect(await tagsOf(cloud, first)).toEqual(PLAN.buildTags);
  expect(await tagsOf(cloud, other)).toEqual({});
  expect(await tagsOf(cloud, finished)).toEqual(OTHER.tags);
});

it('an image that says whose it is keeps its tags', async () => {
  const cloud = await fakeCloud();
  const image = await imageOf(cloud, await launch(cloud, PLAN), NAME);
  await cloud.ec2.send(new CreateTagsCommand({ Resources: [image], Tags: tagList(PLAN.tags) }));
  await tagFirstImage(cloud, PLAN);
  expect(await tagsOf(cloud, image)).toEqual(PLAN.tags);
});

it("a role is tagged if it is the build's", async () => {
  const cloud = await fakeCloud();
  await makeRole(cloud, ROLE);
  await oldRole(cloud, OTHER_ROLE);
  for (const name of [ROLE, OTHER_ROLE, 'packer-5f']) await tagRole(cloud, PLAN, name);
  // By its tags it is the build's from now on, and no other's.
  expect(await found(cloud, OTHER, ROLE)).toEqual([]);
  expect(cloud.state.roles[OTHER_ROLE]?.tags ?? {}).toEqual({});
  await cloud.iam.send(new TagRoleCommand({ RoleName: ROLE, Tags: tagList({ Kept: 'yes' }) }));
  expect(await found(cloud, PLAN, ROLE)).toHaveLength(2);
});

it("an image that is not the build's is not finished, nor touched", async () => {
  const cloud = await fakeCloud();
  const image = await imageOf(cloud, await launch(cloud, OTHER), 'other');
  await cloud.ec2.send(new CreateTagsCommand({ Resources: [image], Tags: tagList(OTHER.tags) }));
  await expect(finish(cloud.ec2, image, PLAN.tags)).rejects.toThrow(
    `The image is not this build's:\n${image}: the tag BuildId is ${OTHER.buildId} instead of ${PLAN.buildId}`,
  );
  const { Images } = await cloud.ec2.send(new DescribeImagesCommand({ ImageIds: [image] }));
  expect(Images?.[0]?.ImdsSupport).toBeUndefined();
});
