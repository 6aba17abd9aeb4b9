import { Fault, type Service } from '../service.ts';
import { ACCOUNT, REGION, type Snapshot } from '../state.ts';
import type { Ec2Context } from './context.ts';
import { type FilterTable, filtered } from './filters.ts';
import { find, SNAPSHOT, select } from './identifiers.ts';
import { removeUnusedLayers } from './image-files.ts';
import { paged } from './paging.ts';
import { list, required } from './parameters.ts';
import { tagSet } from './tags.ts';

/** DescribeSnapshots and DeleteSnapshot. */
export function snapshotActions(context: Ec2Context): Service {
  const { state } = context;
  return {
    DescribeSnapshots: parameters => {
      const owners = list(parameters, 'Owner').map(owner => (owner === 'self' ? ACCOUNT : owner));
      const listed = select(state.snapshots, list(parameters, 'SnapshotId'), SNAPSHOT).filter(
        ({ ownerId }) => owners.length === 0 || owners.includes(ownerId),
      );
      const matching = filtered(listed, parameters, FILTERS);
      const { items, nextToken } = paged(matching, parameters, ({ snapshotId }) => snapshotId);
      return { snapshotSet: items.map(snapshotItem), nextToken };
    },
    DeleteSnapshot: parameters => {
      const { snapshotId, ownerId } = find(state.snapshots, required(parameters, 'SnapshotId'), SNAPSHOT);
      if (ownerId !== ACCOUNT) {
        throw new Fault('AuthFailure', `The account does not own the snapshot ${snapshotId}`, 403);
      }
      const image = Object.values(state.images).find(image => image.snapshotId === snapshotId);
      if (image) {
        const message = `The snapshot ${snapshotId} is currently in use by ${image.imageId}`;
        throw new Fault('InvalidSnapshot.InUse', message);
      }
      delete state.snapshots[snapshotId];
      context.background.run('layers', 'Removing unused layers', () => removeUnusedLayers(context));
      return { return: true };
    },
  };
}

/** The key that AWS manages for EBS. */
const MANAGED_KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/0c10d000-0000-4000-8000-0000000000eb`;

const FILTERS: FilterTable<Snapshot> = {
  description: snapshot => snapshot.description,
  encrypted: snapshot => snapshot.encrypted,
  'owner-id': snapshot => snapshot.ownerId,
  progress: progressOf,
  'snapshot-id': snapshot => snapshot.snapshotId,
  'start-time': snapshot => snapshot.startTime,
  status: snapshot => snapshot.state,
  'volume-id': snapshot => snapshot.volumeId,
  'volume-size': snapshot => snapshot.volumeSize,
};

function snapshotItem(snapshot: Snapshot): object {
  return {
    snapshotId: snapshot.snapshotId,
    volumeId: snapshot.volumeId,
    status: snapshot.state,
    startTime: snapshot.startTime,
    progress: progressOf(snapshot),
    ownerId: snapshot.ownerId,
    volumeSize: snapshot.volumeSize,
    description: snapshot.description,
    encrypted: snapshot.encrypted,
    kmsKeyId: snapshot.encrypted ? (snapshot.kmsKeyId ?? MANAGED_KEY) : undefined,
    storageTier: 'standard',
    tagSet: tagSet(snapshot.tags),
  };
}

function progressOf({ state }: Snapshot): string {
  return state === 'completed' ? '100%' : '0%';
}
