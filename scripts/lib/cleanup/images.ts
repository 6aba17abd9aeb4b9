import {
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  type EC2Client,
  type Filter,
  type Image,
  type Snapshot,
} from '@aws-sdk/client-ec2';
import { snapshotsIn } from '../aws/images.ts';
import type { Plan } from '../plan/plan.ts';
import { buildIdOf, taggedAs } from './instances.ts';

/** Images and snapshots that a build has made. */
export interface ImagesOfBuild {
  images: Image[];
  snapshotIds: string[];
}

/**
 * The images that a build has made, and their snapshots. `instanceIds`: the build's own instances; `gone`: images that
 * were made of them and may have been removed. An image is the build's if its tag BuildId says so; without that, if it
 * was made of one of the instances, or has the plan's name and is no copy of any other image. What says that it is of
 * another build never is. Snapshots are found by the descriptions that EC2 gives them as well, since an image that is
 * still pending does not name them.
 */
export async function imagesOfBuild(
  ec2: EC2Client,
  plan: Plan,
  instanceIds: readonly string[],
  gone: readonly string[] = [],
): Promise<ImagesOfBuild> {
  const isOwn = <Thing extends Image | Snapshot>({ Tags }: Thing) =>
    [undefined, plan.buildId].includes(buildIdOf(Tags));
  const [first, tagged, named, created] = await Promise.all([
    imagesOfInstances(ec2, instanceIds),
    findImages(ec2, taggedAs(plan.buildTags)),
    findImages(ec2, [{ Name: 'name', Values: [plan.imageName] }]),
    Promise.all(instanceIds.map(id => snapshotsDescribed(ec2, `Created by CreateImage(${id})*`))),
  ]);
  const temporary = [...first, ...tagged].filter(isOwn);
  const sources = new Set([...gone, ...temporary.map(({ ImageId }) => ImageId)]);
  const copies = await Promise.all(
    named.filter(isOwn).map(async image => ({
      image,
      snapshots: await snapshotsDescribed(ec2, `Copied for DestinationAmi ${image.ImageId} *`),
    })),
  );
  const finished = copies.filter(({ image, snapshots }) => {
    const from = image.SourceImageId ?? sourceOf(snapshots[0]);
    return buildIdOf(image.Tags) !== undefined || from === undefined || sources.has(from);
  });
  const images = [...temporary, ...finished.map(({ image }) => image)];
  const described = [...created.flat(), ...finished.flatMap(({ snapshots }) => snapshots)].filter(isOwn);
  return {
    images: images.filter(({ ImageId }, n) => images.findIndex(other => other.ImageId === ImageId) === n),
    snapshotIds: [...new Set([...described.map(({ SnapshotId = '' }) => SnapshotId), ...images.flatMap(snapshotsIn)])],
  };
}

/** The images that were made of these instances. Right: ec2:DescribeImages. */
export async function imagesOfInstances(ec2: EC2Client, instanceIds: readonly string[]): Promise<Image[]> {
  if (instanceIds.length === 0) return [];
  return findImages(ec2, [{ Name: 'source-instance-id', Values: [...instanceIds] }]);
}

async function findImages(ec2: EC2Client, Filters: Filter[]): Promise<Image[]> {
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ['self'], Filters }));
  return Images;
}

async function snapshotsDescribed(ec2: EC2Client, description: string): Promise<Snapshot[]> {
  const Filters = [{ Name: 'description', Values: [description] }];
  const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters }));
  return Snapshots;
}

/** The image that a snapshot was copied from, as its description says. */
function sourceOf(snapshot: Snapshot | undefined): string | undefined {
  return / from SourceAmi (ami-[0-9a-f]+)/.exec(snapshot?.Description ?? '')?.[1];
}
