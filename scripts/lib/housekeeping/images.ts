import { type EC2Client, type Image, paginateDescribeImages, type Tag } from '@aws-sdk/client-ec2';
import { imageFacts } from '../aws/image-facts.ts';

/** An image of this account that was made for lava workers, as far as its retirement is concerned. */
export interface LavaImage {
  id: string;
  name: string;
  /** As EC2 says it; a copy is as old as the copy. */
  createdAt: string;
  /** As the name says it, else as EC2 does: which of two images is the newer one goes by this, in every region. */
  builtAt: string;
  state: string;
  /** Images of the same kind replace each other: operating system, architecture, Python series. */
  kind: string | undefined;
  /** From when on it is deprecated, which may lie ahead. */
  deprecatedAt?: string;
  isPublic: boolean;
  isProtected: boolean;
  snapshots: string[];
}

/** The name of the image between building and encrypting; such are no images of anybody's, and left to `make sweep`. */
const INTERMEDIATE = /-unencrypted$/;

/** The account's images named lava-*, deprecated ones too, newest first. Right: ec2:DescribeImages. */
export async function lavaImages(ec2: EC2Client): Promise<LavaImage[]> {
  const input = { Owners: ['self'], IncludeDeprecated: true, Filters: [{ Name: 'name', Values: ['lava-*'] }] };
  const images: LavaImage[] = [];
  for await (const { Images = [] } of paginateDescribeImages({ client: ec2, pageSize: 500 }, input)) {
    images.push(...Images.filter(({ Name = '' }) => !INTERMEDIATE.test(Name)).map(lavaImage));
  }
  return images.sort((a, b) => (a.builtAt < b.builtAt ? 1 : a.builtAt > b.builtAt ? -1 : a.id < b.id ? -1 : 1));
}

/** What EC2 says of an image, in our words. */
export function lavaImage(image: Image): LavaImage {
  const { ImageId = '', Name = '', CreationDate = '', DeprecationTime, DeregistrationProtection = 'disabled' } = image;
  return {
    id: ImageId,
    name: Name,
    createdAt: CreationDate,
    builtAt: imageFacts(image).builtAt || CreationDate,
    state: image.State ?? 'pending',
    kind: kindOf(image),
    ...(DeprecationTime && { deprecatedAt: DeprecationTime }),
    isPublic: image.Public ?? false,
    isProtected: DeregistrationProtection !== 'disabled',
    snapshots: snapshotsIn(image),
  };
}

/** The ids of the snapshots that an image is made of. */
export function snapshotsIn({ BlockDeviceMappings = [] }: Image): string[] {
  return BlockDeviceMappings.flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []);
}

/** A tag's value, if there is one. */
export function tagOf(tags: readonly Tag[] | undefined, key: string): string | undefined {
  return tags?.find(({ Key }) => Key === key)?.Value || undefined;
}

/** Nothing where the image does not say it. */
function kindOf(image: Image): string | undefined {
  const { os, pythonVersion } = imageFacts(image);
  const series = /^\d+\.\d+/.exec(pythonVersion)?.[0];
  return os && series && image.Architecture ? `${os} ${image.Architecture} py${series}` : undefined;
}
