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

/** Tags the first image of the build's instance, which is not encrypted and does not last: packer tags its copy alone. */
export async function tagFirstImage({ ec2 }: Pick<Aws, 'ec2'>, plan: Plan): Promise<void> {
  const tag = async () => {
    const instances = await instancesOfBuild(ec2, plan);
    const images = await imagesOfInstances(
      ec2,
      instances.map(({ InstanceId = '' }) => InstanceId),
    );
    const Resources = images.filter(({ Tags }) => buildIdOf(Tags) === undefined).map(({ ImageId = '' }) => ImageId);
    if (Resources.length > 0) await ec2.send(new CreateTagsCommand({ Resources, Tags: tagList(plan.buildTags) }));
  };
  await Promise.allSettled([tag()]);
}
