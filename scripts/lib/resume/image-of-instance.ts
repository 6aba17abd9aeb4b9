import {
  CopyImageCommand,
  CreateImageCommand,
  CreateTagsCommand,
  DescribeImagesCommand,
  type EC2Client,
  StopInstancesCommand,
  waitUntilImageAvailable,
  waitUntilInstanceStopped,
} from '@aws-sdk/client-ec2';
import { snapshotsIn } from '../aws/images.ts';
import { tagList } from '../aws/tags.ts';
import type { Progress } from '../command/progress.ts';
import type { Plan } from '../plan/plan.ts';

/** How long an instance may take to stop, and an image to be there, in seconds. */
const STOP_TIMEOUT = 600;
const IMAGE_TIMEOUT = 7200;

/**
 * Makes the image of a sealed instance as packer does it: stops the instance, makes an image of it, and copies that
 * encrypted under the name, description and tags of the plan. Returns the copy's id; the image it was copied from and
 * the instance are left to be cleaned up.
 */
export async function imageOfInstance(
  ec2: EC2Client,
  plan: Plan,
  instanceId: string,
  signal: AbortSignal,
  progress: Progress,
): Promise<string> {
  const wait = (maxWaitTime: number) => ({ client: ec2, maxWaitTime, minDelay: 1, maxDelay: 15, abortSignal: signal });
  progress.working('stopping the instance');
  await ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId] }));
  await waitUntilInstanceStopped(wait(STOP_TIMEOUT), { InstanceIds: [instanceId] });

  progress.working('making the image');
  const Name = `${plan.imageName}-unencrypted`;
  // Until it is removed it says by its tags which build it is of.
  const TagSpecifications = (['image', 'snapshot'] as const).map(ResourceType => ({
    ResourceType,
    Tags: tagList(plan.buildTags),
  }));
  const { ImageId: first = '' } = await ec2.send(
    new CreateImageCommand({ InstanceId: instanceId, Name, TagSpecifications }),
  );
  await waitUntilImageAvailable(wait(IMAGE_TIMEOUT), { ImageIds: [first] });

  progress.working('copying the image, encrypted');
  const { ImageId: imageId = '' } = await ec2.send(
    new CopyImageCommand({
      SourceImageId: first,
      SourceRegion: await ec2.config.region(),
      Name: plan.imageName,
      Description: plan.description,
      Encrypted: true,
    }),
  );
  await waitUntilImageAvailable(wait(IMAGE_TIMEOUT), { ImageIds: [imageId] });
  const Resources = [imageId, ...(await snapshotsOf(ec2, imageId))];
  await ec2.send(new CreateTagsCommand({ Resources, Tags: tagList(plan.tags) }));
  return imageId;
}

/** The ids of an image's snapshots. */
export async function snapshotsOf(ec2: EC2Client, imageId: string): Promise<string[]> {
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ ImageIds: [imageId] }));
  return Images.flatMap(snapshotsIn);
}
