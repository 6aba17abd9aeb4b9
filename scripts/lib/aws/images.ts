import { type EC2Client, type Image as Ec2Image, paginateDescribeImages } from '@aws-sdk/client-ec2';
import { imageFacts } from './image-facts.ts';

/** An image as EC2, and the image itself, say it. */
export interface Image {
  id: string;
  name: string;
  /** ISO 8601, as EC2 gives it; a copy is as old as the copy. */
  createdAt: string;
  /** As the name says it, else as EC2 does: which of two images is the newer one goes by this, in every region. */
  builtAt: string;
  state: string;
  arch: string;
  lavaVersion: string;
  pythonVersion: string;
  os: string;
  /** True when every volume of it is. */
  encrypted: boolean;
  /** ISO 8601; from then on, which may lie ahead, it is not to be used for anything new. */
  deprecatedAt?: string;
  isPublic: boolean;
  isProtected: boolean;
  snapshots: string[];
  tags: Record<string, string>;
}

/** As many as EC2 gives at once. */
const PAGE = 1000;
/** As many values as EC2 takes in one filter. */
const VALUES = 200;
/** The name of the image between building and encrypting; such are no images of anybody's, and left to `make sweep`. */
const INTERMEDIATE = /-unencrypted$/;

/** The account's images named lava-*, in whatever state, deprecated ones too; newest first. Right: ec2:DescribeImages. */
export async function lavaImages(ec2: EC2Client): Promise<Image[]> {
  const Filters = [{ Name: 'name', Values: ['lava-*'] }];
  const images = await describe(ec2, { Owners: ['self'], IncludeDeprecated: true, Filters });
  return images
    .filter(({ name }) => !INTERMEDIATE.test(name))
    .sort((a, b) => compare(b.builtAt, a.builtAt) || compare(b.id, a.id));
}

/**
 * Whatever there is of these ids, whoever owns it and in whatever state it is. What does not exist is left out. Right:
 * ec2:DescribeImages.
 */
export async function imagesById(ec2: EC2Client, ids: string[]): Promise<Image[]> {
  const parts = Array.from({ length: Math.ceil(ids.length / VALUES) }, (_, n) =>
    ids.slice(n * VALUES, (n + 1) * VALUES),
  );
  const found = await Promise.all(
    parts.map(part =>
      describe(ec2, {
        Filters: [{ Name: 'image-id', Values: part }],
        IncludeDeprecated: true,
        IncludeDisabled: true,
      }),
    ),
  );
  return found.flat();
}

async function describe(ec2: EC2Client, question: Parameters<typeof paginateDescribeImages>[1]): Promise<Image[]> {
  const images: Image[] = [];
  // What EC2 answers is large, and goes page by page.
  for await (const { Images = [] } of paginateDescribeImages({ client: ec2, pageSize: PAGE }, question)) {
    for (const image of Images) images.push(imageOf(image));
  }
  return images;
}

/** What EC2 and the image itself say, in our words. */
export function imageOf(image: Ec2Image): Image {
  const { ImageId = '', Name = '', CreationDate = '', State = '', Architecture = '', DeprecationTime } = image;
  const { lavaVersion, os, pythonVersion, builtAt, tags } = imageFacts(image);
  const volumes = (image.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => Ebs ?? []);
  return {
    id: ImageId,
    name: Name,
    createdAt: CreationDate,
    builtAt: builtAt || CreationDate,
    state: State,
    arch: Architecture,
    lavaVersion,
    pythonVersion,
    os,
    encrypted: volumes.length > 0 && volumes.every(({ Encrypted }) => Encrypted === true),
    ...(DeprecationTime && { deprecatedAt: DeprecationTime }),
    isPublic: image.Public ?? false,
    isProtected: (image.DeregistrationProtection ?? 'disabled') !== 'disabled',
    snapshots: snapshotsIn(image),
    tags,
  };
}

/** The ids of the snapshots that an image is made of. */
export function snapshotsIn({ BlockDeviceMappings = [] }: Ec2Image): string[] {
  return BlockDeviceMappings.flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []);
}

/**
 * True from the moment on at which an image is deprecated: then it should not be used for anything new any more. EC2
 * tells that moment beforehand, too (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-deprecate.html).
 */
export function isDeprecated({ deprecatedAt }: Pick<Image, 'deprecatedAt'>, now: Date): boolean {
  return deprecatedAt !== undefined && new Date(deprecatedAt) <= now;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
