import { DescribeRegionsCommand, DescribeSnapshotsCommand, type EC2Client, type Image } from '@aws-sdk/client-ec2';
import { isDenied } from '../aws/errors.ts';
import { snapshotsIn } from '../aws/images.ts';
import { tagRecord } from '../aws/tags.ts';
import { nearest } from '../command/nearest.ts';
import type { Problem } from '../command/problems.ts';
import type { Source } from './copy.ts';

/**
 * What is wrong with the regions that are to get copies. Where the credentials may not ask which there are
 * (ec2:DescribeRegions), each copy will say so by itself.
 */
export async function checkRegions(
  ec2: EC2Client,
  regions: readonly string[],
  home: string,
  problems: Problem[],
): Promise<void> {
  const known = await knownRegions(ec2);
  for (const value of regions) {
    const about = { parameter: 'regions', value, source: 'command line' };
    if (value === home) {
      problems.push({ ...about, message: 'is where the image is already', fix: 'Leave it out.' });
    } else if (known && !known.has(value)) {
      problems.push({ ...about, message: 'is no region', fix: nearest(value, [...known.keys()]) });
    } else if (known?.get(value) === 'not-opted-in') {
      const fix = 'Enable it (aws account enable-region), or leave it out.';
      problems.push({ ...about, message: 'is not enabled for this account', fix });
    }
  }
}

async function knownRegions(ec2: EC2Client): Promise<Map<string, string> | undefined> {
  try {
    const { Regions = [] } = await ec2.send(new DescribeRegionsCommand({ AllRegions: true }));
    return new Map(Regions.map(({ RegionName = '', OptInStatus = '' }) => [RegionName, OptInStatus]));
  } catch (error) {
    if (isDenied(error)) return undefined;
    throw error;
  }
}

/** An image with everything that its copies shall have. Right: ec2:DescribeSnapshots. */
export async function sourceOf(ec2: EC2Client, image: Image, region: string): Promise<Source> {
  const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: snapshotsIn(image) }));
  return {
    image,
    region,
    tags: ownTags(image.Tags),
    snapshotTags: Object.assign({}, ...Snapshots.map(({ Tags }) => ownTags(Tags))),
  };
}

/** Tags but for those that AWS itself makes, which nobody else can. */
function ownTags(tags: Image['Tags'] = []): Record<string, string> {
  return tagRecord(tags.filter(({ Key = '' }) => !Key.startsWith('aws:')));
}
