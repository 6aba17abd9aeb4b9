import { setTimeout } from 'node:timers/promises';
import {
  CopyImageCommand,
  CreateTagsCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  type EC2Client,
  EnableImageDeprecationCommand,
  type Image,
  ModifyImageAttributeCommand,
  type Tag,
} from '@aws-sdk/client-ec2';
import { isDenied } from '../aws/errors.ts';
import { snapshotsIn } from '../aws/images.ts';
import { tagList, tagOf } from '../aws/tags.ts';
import { Failure } from '../command/problems.ts';
import { differences } from '../packer/finish.ts';
import { SOON } from './decide.ts';

/** What is to be copied, as it is where it is. */
export interface Source {
  image: Image;
  region: string;
  tags: Record<string, string>;
  snapshotTags: Record<string, string>;
}

/** How far the copy in one region is. */
export interface Copy {
  region: string;
  stage: 'looking' | 'copying' | 'finishing' | 'done' | 'failed';
  /** Known from the moment on when the copy is under way. */
  imageId?: string;
  /** The copy was there, or under way, before. */
  existed?: boolean;
  /** `43%`, where EC2 says it. */
  progress?: string;
  /** Why it failed. */
  problem?: string;
}

export interface CopyOptions {
  /** Client of the region that gets the copy. */
  ec2: EC2Client;
  source: Source;
  kmsKey?: string;
  signal: AbortSignal;
  /** Tells how far it is. */
  update(change: Partial<Copy>): void;
  /** Seconds between two looks at the beginning; they grow to LONGEST_PAUSE. */
  pause?: number;
}

/** In seconds. A copy takes minutes, between far regions half an hour. */
const LONGEST_PAUSE = 15;
/** For so many looks a new image may not be there yet: EC2 needs a moment. */
const NOT_YET = 10;

/**
 * Copies an image to another region, encrypted and with its name, description and tags, or finds the copy that is there;
 * waits for it, makes it require IMDSv2 and be deprecated as the original, and reads all that back. Can be repeated.
 * Rights: ec2:CopyImage, ec2:CreateTags, ec2:DescribeImages, ec2:DescribeSnapshots, ec2:ModifyImageAttribute,
 * ec2:EnableImageDeprecation.
 */
export async function copyTo({ ec2, source, kmsKey, signal, update, pause = 1 }: CopyOptions): Promise<void> {
  const existing = await existingCopy(ec2, source);
  signal.throwIfAborted();
  const imageId = existing?.ImageId ?? (await startCopy(ec2, source, kmsKey));
  update({ stage: 'copying', imageId, existed: existing !== undefined });
  const image = await available(ec2, imageId, { signal, update, pause });
  update({ stage: 'finishing' });
  await finishCopy(ec2, image, source);
  update({ stage: 'done' });
}

/** The image of that name, if it is a copy of ours. One that is something else can not be replaced. */
async function existingCopy(ec2: EC2Client, { image, region }: Source): Promise<Image | undefined> {
  const Filters = [{ Name: 'name', Values: [image.Name ?? ''] }];
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ['self'], Filters }));
  const [other] = Images;
  if (!other) return undefined;
  const isOurs = other.SourceImageId === image.ImageId && other.SourceImageRegion === region;
  // Images that were copied before EC2 kept this know it by their tags alone.
  const build = tagOf(image.Tags, 'BuildId');
  if (isOurs || (!other.SourceImageId && build && tagOf(other.Tags, 'BuildId') === build)) return other;
  throw new Failure(`there is ${other.ImageId} of the same name, which is no copy of ${image.ImageId}`);
}

async function startCopy(ec2: EC2Client, source: Source, kmsKey: string | undefined): Promise<string> {
  const { image, region, tags, snapshotTags } = source;
  const { ImageId = '' } = await ec2.send(
    new CopyImageCommand({
      SourceImageId: image.ImageId,
      SourceRegion: region,
      Name: image.Name,
      ...(image.Description && { Description: image.Description }),
      Encrypted: true,
      ...(kmsKey && { KmsKeyId: kmsKey }),
      // From the first moment on, so that an interrupted copy says what it is.
      TagSpecifications: [
        { ResourceType: 'image' as const, Tags: tagList(tags) },
        { ResourceType: 'snapshot' as const, Tags: tagList(snapshotTags) },
      ].filter(({ Tags }) => Tags.length > 0),
    }),
  );
  return ImageId;
}

type Waiting = Pick<CopyOptions, 'signal' | 'update'> & { pause: number };

/** Waits until the image is there. Throws a Failure when it failed or went away. */
async function available(ec2: EC2Client, imageId: string, { signal, update, pause }: Waiting): Promise<Image> {
  let wasSeen = false;
  for (let look = 1, wait = pause; ; look++, wait = Math.min(wait * 1.3, LONGEST_PAUSE)) {
    signal.throwIfAborted();
    const image = await describe(ec2, imageId);
    wasSeen ||= image !== undefined;
    if (image?.State === 'available') return image;
    if (image ? image.State !== 'pending' : wasSeen || look > NOT_YET) {
      const why = image?.StateReason?.Message;
      throw new Failure(`${imageId} ${image ? `is ${image.State}` : 'is gone'}${why ? `: ${why}` : ''}`);
    }
    const progress = await progressOf(ec2, imageId);
    if (progress) update({ progress });
    await setTimeout(wait * 1000, undefined, { signal });
  }
}

async function describe(ec2: EC2Client, imageId: string): Promise<Image | undefined> {
  // By filter, since naming an image that EC2 does not know everywhere yet is an error.
  const Filters = [{ Name: 'image-id', Values: [imageId] }];
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ['self'], Filters }));
  return Images[0];
}

/** An image on its way does not name its snapshots, but the snapshots name it. Nothing where that may not be asked. */
async function progressOf(ec2: EC2Client, imageId: string): Promise<string | undefined> {
  const Filters = [{ Name: 'description', Values: [`Copied for DestinationAmi ${imageId} *`] }];
  try {
    const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters }));
    return Snapshots[0]?.Progress || undefined;
  } catch (error) {
    if (isDenied(error)) return undefined;
    throw error;
  }
}

/** What CopyImage does not carry over, and a look at what it does. */
async function finishCopy(ec2: EC2Client, copy: Image, { image, tags, snapshotTags }: Source): Promise<void> {
  const ImageId = copy.ImageId ?? '';
  if (image.ImdsSupport === 'v2.0' && copy.ImdsSupport !== 'v2.0') {
    await ec2.send(new ModifyImageAttributeCommand({ ImageId, ImdsSupport: { Value: 'v2.0' } }));
  }
  const DeprecateAt = deprecation(image, copy, new Date());
  if (DeprecateAt) await ec2.send(new EnableImageDeprecationCommand({ ImageId, DeprecateAt }));
  await addMissing(ec2, ImageId, tags, copy.Tags);
  for (const { SnapshotId = '', Tags } of await snapshotsOf(ec2, copy)) {
    await addMissing(ec2, SnapshotId, snapshotTags, Tags);
  }

  const finished = await describe(ec2, ImageId);
  if (!finished) throw new Failure(`${ImageId} is gone`);
  const snapshots = await snapshotsOf(ec2, finished);
  const wrong = [
    ...differences(ImageId, tags, finished.Tags),
    ...snapshots.flatMap(({ SnapshotId = '', Tags }) => differences(SnapshotId, snapshotTags, Tags)),
    ...snapshots.flatMap(({ SnapshotId, Encrypted }) => (Encrypted ? [] : [`${SnapshotId} is not encrypted`])),
    ...(image.ImdsSupport && finished.ImdsSupport !== image.ImdsSupport ? [`${ImageId} does not require IMDSv2`] : []),
  ];
  if (wrong.length > 0) throw new Failure(`the copy is not as it should be: ${wrong.join('; ')}`);
}

async function addMissing(ec2: EC2Client, id: string, wanted: Record<string, string>, found?: Tag[]): Promise<void> {
  if (differences(id, wanted, found).length === 0) return;
  await ec2.send(new CreateTagsCommand({ Resources: [id], Tags: tagList(wanted) }));
}

async function snapshotsOf(ec2: EC2Client, image: Image) {
  const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: snapshotsIn(image) }));
  return Snapshots;
}

/** When the copy is to be deprecated, if that is not as it should be: as the original, or at once where that is past. */
export function deprecation(original: Image, copy: Image, now: Date): Date | undefined {
  if (!original.DeprecationTime) return undefined;
  const wanted = new Date(original.DeprecationTime);
  const is = copy.DeprecationTime === undefined ? undefined : new Date(copy.DeprecationTime);
  if (wanted > now) return is?.getTime() === wanted.getTime() ? undefined : wanted;
  return is && is.getTime() <= now.getTime() + 2 * SOON ? undefined : new Date(now.getTime() + SOON);
}
