import { CreateTagsCommand } from '@aws-sdk/client-ec2';
import { TagInstanceProfileCommand, TagRoleCommand } from '@aws-sdk/client-iam';
import type { Aws } from '../aws/clients.ts';
import { tagList } from '../aws/tags.ts';
import { imagesOfInstances } from '../cleanup/images.ts';
import { buildIdOf, instancesOfBuild } from '../cleanup/instances.ts';
import { isRoleOf } from '../cleanup/roles.ts';
import type { Plan } from '../plan/plan.ts';

// What packer leaves without tags gets those of the build, so that it is found should nobody be there to remove it.
// Nothing is tagged that AWS does not show to be this build's. An operator who may not tag builds all the same.

/** Tags the temporary role and instance profile, which have the same name. Old packers don't; newer ones do. */
export async function tagRole(aws: Pick<Aws, 'iam'>, plan: Plan, name: string): Promise<void> {
  const Tags = tagList(plan.buildTags);
  const isOwn = await isRoleOf(aws, plan, name).catch(() => false);
  if (!isOwn) return;
  await Promise.allSettled([
    aws.iam.send(new TagRoleCommand({ RoleName: name, Tags })),
    aws.iam.send(new TagInstanceProfileCommand({ InstanceProfileName: name, Tags })),
  ]);
}

/**
 * Tags the first image of the build's instance, which is not encrypted and does not last: packer tags its copy alone.
 * Returns the ids of the instance's images, by which such a copy is known when packer has removed them; none where EC2
 * could not be asked.
 */
export async function tagFirstImage({ ec2 }: Pick<Aws, 'ec2'>, plan: Plan): Promise<string[]> {
  const find = async () => {
    const instances = await instancesOfBuild(ec2, plan);
    const images = await imagesOfInstances(
      ec2,
      instances.map(({ InstanceId = '' }) => InstanceId),
    );
    return images.filter(({ Tags }) => [undefined, plan.buildId].includes(buildIdOf(Tags)));
  };
  const images = await find().catch(() => []);
  const Resources = images.filter(({ Tags }) => buildIdOf(Tags) === undefined).map(({ ImageId = '' }) => ImageId);
  if (Resources.length > 0) {
    await Promise.allSettled([ec2.send(new CreateTagsCommand({ Resources, Tags: tagList(plan.buildTags) }))]);
  }
  return images.map(({ ImageId = '' }) => ImageId);
}
