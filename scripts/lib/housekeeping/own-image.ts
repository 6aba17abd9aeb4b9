import { DescribeImagesCommand, type EC2Client, type Image } from '@aws-sdk/client-ec2';
import { ifExists, NO_IMAGE } from '../aws/errors.ts';
import type { Problem } from '../command/problems.ts';
import type { Resolved } from '../parameters/settings.ts';

/**
 * The image that the user named, which has to be available and of this account; what is wrong with it is a problem.
 * Right: ec2:DescribeImages.
 */
export async function ownImage(
  ec2: EC2Client,
  about: Resolved,
  region: string,
  problems: Problem[],
): Promise<Image | undefined> {
  const ask = (Owners?: string[]) =>
    ifExists(NO_IMAGE, ec2.send(new DescribeImagesCommand({ ImageIds: [about.value], ...(Owners && { Owners }) })));
  const own = (await ask(['self']))?.Images?.[0];
  if (own?.State === 'available') return own;
  const message = own
    ? `is ${own.State}`
    : (await ask())?.Images?.[0]
      ? 'is an image of another account'
      : `does not exist in ${region}`;
  const fix = 'Name an image of this account that is available, and its region with region=...';
  problems.push({ parameter: 'ami', ...about, message, fix });
  return undefined;
}
