import {
  type EC2Client,
  type Image,
  paginateDescribeImages,
  paginateDescribeSnapshots,
  type Snapshot,
} from '@aws-sdk/client-ec2';
import { snapshotsIn } from '../aws/images.ts';
import { buildOf, temporaryOf } from './build-tags.ts';
import type { LocalBuild } from './local-builds.ts';

/** An image or a snapshot that a build left behind. */
export interface ImageTrace {
  buildId: string;
  kind: 'image' | 'snapshot';
  id: string;
}

/** Every image of the account. Right: ec2:DescribeImages. */
export async function ownImages(ec2: EC2Client): Promise<Image[]> {
  const images: Image[] = [];
  const input = { Owners: ['self'], IncludeDeprecated: true };
  for await (const page of paginateDescribeImages({ client: ec2, pageSize: 500 }, input)) {
    images.push(...(page.Images ?? []));
  }
  return images;
}

/** The account's snapshots that EC2 made for an image, as their descriptions say. Right: ec2:DescribeSnapshots. */
export async function snapshotsOfImages(ec2: EC2Client): Promise<Snapshot[]> {
  const Values = ['Created by CreateImage(*', 'Copied for DestinationAmi *'];
  const input = { OwnerIds: ['self'], Filters: [{ Name: 'description', Values }] };
  const snapshots: Snapshot[] = [];
  for await (const page of paginateDescribeSnapshots({ client: ec2, pageSize: 1000 }, input)) {
    snapshots.push(...(page.Snapshots ?? []));
  }
  return snapshots;
}

const CREATED = /^Created by CreateImage\((i-[0-9a-f]+)\) for (ami-[0-9a-f]+)/;
const COPIED = /^Copied for DestinationAmi (ami-[0-9a-f]+) from SourceAmi (ami-[0-9a-f]+)/;

/**
 * Images and snapshots that builds left behind: the first image of a build, which is not encrypted and has no name of
 * ours; the finished one if it was never finished, which the lack of its tags shows; and snapshots without their image.
 * `instances`: the build of each build instance that is known. A finished image is never among them.
 */
export function imageTraces(
  images: readonly Image[],
  snapshots: readonly Snapshot[],
  instances: ReadonlyMap<string, string>,
  local: readonly LocalBuild[],
): ImageTrace[] {
  const byId = new Map(images.map(image => [image.ImageId ?? '', image]));
  const left = new Map<string, string>();
  for (const [id, image] of byId) {
    const buildId = firstOf(image, instances) ?? unnamedOf(image, instances) ?? unfinishedOf(image, local);
    if (buildId) left.set(id, buildId);
  }
  // A snapshot names its image and what that was made of, even while the image does not name the snapshot.
  const named = snapshots
    .map(snapshot => ({ snapshot, ...readDescription(snapshot.Description) }))
    .filter(({ image }) => image !== '');
  for (const { image, from } of named) {
    const buildId = instances.get(from) ?? left.get(from);
    const found = byId.get(image);
    if (buildId && found && !buildOf(found.Tags)) left.set(image, buildId);
  }
  const orphans = named.flatMap(({ snapshot, image, from }): ImageTrace[] => {
    const buildId = left.get(image) ?? (byId.has(image) ? undefined : ofGoneImage(snapshot, instances.get(from)));
    return buildId ? [{ buildId, kind: 'snapshot', id: snapshot.SnapshotId ?? '' }] : [];
  });
  const ofLeft = [...left].flatMap(([id, buildId]) =>
    snapshotsIn(byId.get(id) ?? {}).map((snapshot): ImageTrace => ({ buildId, kind: 'snapshot', id: snapshot })),
  );
  const all = [
    ...[...left].map(([id, buildId]): ImageTrace => ({ buildId, kind: 'image', id })),
    ...orphans,
    ...ofLeft,
  ];
  return all.filter(({ id }, n) => all.findIndex(other => other.id === id) === n);
}

/**
 * The build whose first image this is, by the image's own tags. They are not enough: it has to be made of an instance,
 * and that instance must not be known to be another build's. A finished image is a copy, made of none.
 */
function firstOf(image: Image, instances: ReadonlyMap<string, string>): string | undefined {
  const buildId = temporaryOf(image.Tags);
  const { SourceInstanceId } = image;
  return SourceInstanceId && [undefined, buildId].includes(instances.get(SourceInstanceId)) ? buildId : undefined;
}

/** The build of an image that says of none, and was made of a build instance. */
function unnamedOf(image: Image, instances: ReadonlyMap<string, string>): string | undefined {
  return buildOf(image.Tags) ? undefined : instances.get(image.SourceInstanceId ?? '');
}

/** The build of this checkout that meant to make an image of this name, and did not come to its end. */
function unfinishedOf(image: Image, local: readonly LocalBuild[]): string | undefined {
  if (buildOf(image.Tags)) return undefined;
  const names = [image.Name, image.Name?.replace(/-unencrypted$/, '')];
  return local.find(({ ok, imageName }) => !ok && names.includes(imageName))?.buildId;
}

function ofGoneImage({ Tags }: Snapshot, ofInstance: string | undefined): string | undefined {
  return buildOf(Tags) ?? ofInstance;
}

/** The image that a snapshot was made for, and the instance or image that it was made of. */
function readDescription(description = ''): { image: string; from: string } {
  const [, instance, created] = CREATED.exec(description) ?? [];
  if (instance && created) return { image: created, from: instance };
  const [, copied = '', source = ''] = COPIED.exec(description) ?? [];
  return { image: copied, from: source };
}
