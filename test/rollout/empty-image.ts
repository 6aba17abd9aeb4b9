import { ACCOUNT, type Image, type Snapshot } from '../cloud/state.ts';

type Facts = Pick<Image, 'imageId' | 'snapshotId' | 'name' | 'creationDate' | 'architecture' | 'tags'>;

/** An encrypted image of the account, and its snapshot, with nothing on them: they can be looked at, not launched. */
export function emptyImage(facts: Facts): { image: Image; snapshot: Snapshot } {
  const { imageId, snapshotId, creationDate, tags } = facts;
  return {
    image: {
      ...facts,
      description: 'An image for lava workers',
      ownerId: ACCOUNT,
      state: 'available',
      public: false,
      launchPermissions: [],
      imdsSupport: 'v2.0',
      rootDeviceName: '/dev/xvda',
      layers: [],
    },
    snapshot: {
      snapshotId,
      state: 'completed',
      description: `Copied for DestinationAmi ${imageId}`,
      ownerId: ACCOUNT,
      volumeId: 'vol-ffffffff',
      volumeSize: 8,
      encrypted: true,
      startTime: creationDate,
      layers: [],
      tags,
    },
  };
}
