import { DescribeImagesCommand, type EC2Client, type Image as Ec2Image } from '@aws-sdk/client-ec2';
import { imageFacts } from '../aws/image-facts.ts';

/** An image as lava sees it. */
export interface Image {
  id: string;
  name: string;
  /** ISO 8601, as EC2 gives it. */
  createdAt: string;
  state: string;
  arch: string;
  lavaVersion: string;
  pythonVersion: string;
  os: string;
  /** True when every volume of it is. */
  encrypted: boolean;
  /** ISO 8601; from then on it is not to be used for anything new. */
  deprecatedAt?: string;
  tags: Record<string, string>;
}

/** As many as EC2 gives at once. */
const PAGE = 1000;
/** As many values as EC2 takes in one filter. */
const VALUES = 200;

/** Images that lava workers can run on: the account's own available ones named `lava-*`, newest first. */
export async function lavaImages(ec2: Pick<EC2Client, 'send'>): Promise<Image[]> {
  const images = await describe(ec2, {
    Owners: ['self'],
    Filters: [
      { Name: 'name', Values: ['lava-*'] },
      { Name: 'state', Values: ['available'] },
    ],
  });
  return images.sort((a, b) => compare(b.createdAt, a.createdAt) || compare(b.id, a.id));
}

/** Whatever there is of these ids, whoever owns it and in whatever state it is. What does not exist is left out. */
export async function imagesById(ec2: Pick<EC2Client, 'send'>, ids: string[]): Promise<Image[]> {
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

async function describe(
  ec2: Pick<EC2Client, 'send'>,
  question: ConstructorParameters<typeof DescribeImagesCommand>[0],
): Promise<Image[]> {
  const images: Image[] = [];
  let NextToken: string | undefined;
  do {
    const answer = await ec2.send(
      new DescribeImagesCommand({ ...question, MaxResults: PAGE, ...(NextToken && { NextToken }) }),
    );
    for (const image of answer.Images ?? []) images.push(imageOf(image));
    NextToken = answer.NextToken || undefined;
  } while (NextToken);
  return images;
}

/** What EC2 and the image itself say, in our words. */
export function imageOf(image: Ec2Image): Image {
  const { ImageId = '', Name = '', CreationDate = '', State = '', Architecture = '', DeprecationTime } = image;
  const { lavaVersion, os, pythonVersion, tags } = imageFacts(image);
  const volumes = (image.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => Ebs ?? []);
  return {
    id: ImageId,
    name: Name,
    createdAt: CreationDate,
    state: State,
    arch: Architecture,
    lavaVersion,
    pythonVersion,
    os,
    encrypted: volumes.length > 0 && volumes.every(({ Encrypted }) => Encrypted === true),
    ...(DeprecationTime && { deprecatedAt: DeprecationTime }),
    tags,
  };
}

/** True when the image should not be used for anything new any more. */
export function isDeprecated({ deprecatedAt }: Image, now: Date): boolean {
  return deprecatedAt !== undefined && new Date(deprecatedAt) <= now;
}

/** The newest `count` images of each architecture, in the order in which they were given: newest first. */
export function newestOfEach(images: Image[], count: number): Image[] {
  const taken = new Map<string, number>();
  return images.filter(({ arch }) => {
    const number = (taken.get(arch) ?? 0) + 1;
    taken.set(arch, number);
    return number <= count;
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
