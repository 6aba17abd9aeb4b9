import type { Image, Snapshot } from '@aws-sdk/client-ec2';
import { expect, it } from 'vitest';
import { type ImageTrace, imageTraces } from './image-traces.ts';
import type { LocalBuild } from './local-builds.ts';

const ID = '2026-11-23T02-32-36Z-1f2e';
const NAME = 'lava-8.1.0-debian12-py3.11-x86_64-2026-11-23T02-32-36Z';
const BUILDING = [
  { Key: 'BuildId', Value: ID },
  { Key: 'Name', Value: `building ${NAME}` },
];
const FINISHED = [
  { Key: 'BuildId', Value: ID },
  { Key: 'Name', Value: NAME },
];
const disk = (SnapshotId: string) => ({ BlockDeviceMappings: [{ Ebs: { SnapshotId } }] });
const created = (image: string, more: object = {}): Snapshot => ({
  SnapshotId: 'snap-1',
  Description: `Created by CreateImage(i-1) for ${image}`,
  ...more,
});
const copied = (image: string, more: object = {}): Snapshot => ({
  SnapshotId: 'snap-2',
  Description: `Copied for DestinationAmi ${image} from SourceAmi ami-1 for SourceSnapshot snap-1. Task created on 1.`,
  ...more,
});
const HERE: LocalBuild = {
  buildId: ID,
  region: 'us-east-1',
  imageName: NAME,
  ok: false,
  isKept: false,
  hasEnded: false,
};

interface Case {
  what: string;
  images?: Image[];
  snapshots?: Snapshot[];
  instances?: [string, string][];
  local?: LocalBuild[];
  expected: string[];
}

it.each<Case>([
  { what: 'nothing', expected: [] },
  {
    what: 'a finished image stays, whatever it came from',
    images: [{ ImageId: 'ami-2', Name: NAME, Tags: FINISHED, SourceInstanceId: 'i-1', ...disk('snap-2') }],
    snapshots: [copied('ami-2', { Tags: FINISHED })],
    instances: [['i-1', ID]],
    local: [HERE],
    expected: [],
  },
  {
    what: "somebody else's images and snapshots stay",
    images: [{ ImageId: 'ami-7', Name: 'mine', SourceInstanceId: 'i-7', ...disk('snap-7') }],
    snapshots: [{ SnapshotId: 'snap-8', Description: 'Created by CreateImage(i-8) for ami-8' }],
    instances: [['i-1', ID]],
    expected: [],
  },
  {
    what: 'the first image by its tags, with its snapshot',
    images: [{ ImageId: 'ami-1', Name: 'qnnGIKj', Tags: BUILDING, SourceInstanceId: 'i-1', ...disk('snap-1') }],
    snapshots: [created('ami-1')],
    expected: ['image ami-1', 'snapshot snap-1'],
  },
  {
    what: 'an image whose tags say so stays, if it is a copy or was made of the instance of another build',
    images: [
      { ImageId: 'ami-3', Name: NAME, Tags: BUILDING, ...disk('snap-3') },
      { ImageId: 'ami-4', Name: 'other', Tags: BUILDING, SourceInstanceId: 'i-4', ...disk('snap-4') },
    ],
    instances: [['i-4', '2026-11-20T02-32-36Z-aaaa']],
    expected: [],
  },
  {
    what: 'the first image by the instance it was made of',
    images: [{ ImageId: 'ami-1', Name: 'qnnGIKj', SourceInstanceId: 'i-1', ...disk('snap-1') }],
    instances: [['i-1', ID]],
    expected: ['image ami-1', 'snapshot snap-1'],
  },
  {
    what: 'an image on its way names no snapshot, the snapshot names it',
    images: [{ ImageId: 'ami-1', Name: 'qnnGIKj', State: 'pending' }],
    snapshots: [created('ami-1')],
    instances: [['i-1', ID]],
    expected: ['image ami-1', 'snapshot snap-1'],
  },
  {
    what: 'a copy that was never finished, by what it was copied from',
    images: [
      { ImageId: 'ami-1', Name: 'qnnGIKj', Tags: BUILDING, SourceInstanceId: 'i-1', ...disk('snap-1') },
      { ImageId: 'ami-2', Name: NAME, State: 'pending' },
    ],
    snapshots: [copied('ami-2'), created('ami-1')],
    expected: ['image ami-1', 'image ami-2', 'snapshot snap-1', 'snapshot snap-2'],
  },
  {
    what: 'the first image of a build that has its finished one',
    images: [
      { ImageId: 'ami-1', Name: 'qnnGIKj', Tags: BUILDING, SourceInstanceId: 'i-1', ...disk('snap-1') },
      { ImageId: 'ami-2', Name: NAME, Tags: FINISHED, ...disk('snap-2') },
    ],
    snapshots: [copied('ami-2', { Tags: FINISHED }), created('ami-1')],
    expected: ['image ami-1', 'snapshot snap-1'],
  },
  {
    what: 'an image without tags by the name that a build of this checkout meant it to have',
    images: [{ ImageId: 'ami-2', Name: NAME, ...disk('snap-2') }],
    local: [HERE],
    expected: ['image ami-2', 'snapshot snap-2'],
  },
  {
    what: 'the unencrypted image of a build that was gone on with',
    images: [{ ImageId: 'ami-1', Name: `${NAME}-unencrypted`, ...disk('snap-1') }],
    local: [HERE],
    expected: ['image ami-1', 'snapshot snap-1'],
  },
  {
    what: 'but not that of a build which succeeded here',
    images: [{ ImageId: 'ami-2', Name: NAME, ...disk('snap-2') }],
    local: [{ ...HERE, ok: true }],
    expected: [],
  },
  {
    what: 'snapshots whose image is gone, by their tags or their instance',
    snapshots: [copied('ami-2', { Tags: FINISHED }), created('ami-1')],
    instances: [['i-1', ID]],
    expected: ['snapshot snap-1', 'snapshot snap-2'],
  },
  {
    what: 'a snapshot with the tags of an image that EC2 did not make for one stays',
    snapshots: [{ SnapshotId: 'snap-9', Description: 'backup of a worker', Tags: FINISHED }],
    expected: [],
  },
])('$what', ({ images = [], snapshots = [], instances = [], local = [], expected }) => {
  const found: ImageTrace[] = imageTraces(images, snapshots, new Map(instances), local);
  expect(found.map(({ kind, id }) => `${kind} ${id}`).sort()).toEqual(expected);
  expect(new Set(found.map(({ buildId }) => buildId))).toEqual(new Set(expected.length > 0 ? [ID] : []));
});
