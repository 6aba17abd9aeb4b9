import { setTimeout } from 'node:timers/promises';
import { Fault, type Service } from '../service.ts';
import { ACCOUNT, type Image, REGIONS, type Snapshot } from '../state.ts';
import type { Ec2Context } from './context.ts';
import { newImageName } from './create-image.ts';
import { find, IMAGE, newId, SNAPSHOT } from './identifiers.ts';
import { stateIn } from './other-regions.ts';
import { flag, optional, required } from './parameters.ts';
import { readTagSpecifications } from './tags.ts';

/** What AWS writes where a snapshot has no volume. */
const NO_VOLUME = 'vol-ffffffff';
/** Long enough for a client to see that a copy is pending first, in milliseconds. */
const COPY_TIME = 250;

/** CopyImage, from any region to the one that is called. Copies share the files of the original. */
export function copyImageActions(context: Ec2Context): Service {
  const { state } = context;
  return {
    CopyImage: parameters => {
      const region = required(parameters, 'SourceRegion');
      if (!REGIONS.includes(region)) {
        const message = `Invalid source region: ${region}. The local cloud has the regions ${REGIONS.join(', ')}.`;
        throw new Fault('InvalidParameterValue', message);
      }
      const there = stateIn(context.account, region);
      const source = find(there.images, required(parameters, 'SourceImageId'), IMAGE);
      if (source.state !== 'available') {
        const message = `Image ${source.imageId} is ${source.state}; only an available image can be copied.`;
        throw new Fault('InvalidAMIID.Unavailable', message);
      }
      const encrypt = flag(parameters, 'Encrypted') ?? optional(parameters, 'KmsKeyId') !== undefined;
      const tags = readTagSpecifications(parameters, ['image', 'snapshot']);
      const copiedTags = flag(parameters, 'CopyImageTags') ? source.tags : {};
      const original = there.snapshots[source.snapshotId]!;
      const { image, snapshot } = registerCopy(context, source, original, encrypt);
      image.copyOf = { imageId: source.imageId, region };
      image.name = newImageName(state, parameters);
      image.description = optional(parameters, 'Description') ?? '';
      image.tags = { ...copiedTags, ...tags.image };
      snapshot.tags = tags.snapshot ?? {};
      const key = optional(parameters, 'KmsKeyId');
      if (key !== undefined) snapshot.kmsKeyId = key;
      state.images[image.imageId] = image;
      state.snapshots[snapshot.snapshotId] = snapshot;
      context.background.run(image.imageId, `CopyImage to ${image.imageId}`, async () => {
        await setTimeout(COPY_TIME);
        snapshot.state = 'completed';
        image.state = 'available';
        context.changed();
      });
      return { imageId: image.imageId };
    },
  };
}

function registerCopy({ now }: Ec2Context, source: Image, original: Snapshot, encrypt: boolean) {
  const imageId = newId(IMAGE.prefix);
  const snapshotId = newId(SNAPSHOT.prefix);
  const time = now();
  const origin = `from SourceAmi ${source.imageId} for SourceSnapshot ${original.snapshotId}`;
  const { volumeSize, layers } = original;
  const snapshot: Snapshot = {
    snapshotId,
    state: 'pending',
    description: `Copied for DestinationAmi ${imageId} ${origin}. Task created on ${time.getTime().toLocaleString('en-US')}.`,
    ownerId: ACCOUNT,
    volumeId: NO_VOLUME,
    volumeSize,
    encrypted: encrypt || original.encrypted,
    startTime: time.toISOString(),
    layers,
    tags: {},
  };
  const { imdsSupport, architecture, rootDeviceName } = source;
  const image: Image = {
    imageId,
    name: '',
    description: '',
    ownerId: ACCOUNT,
    state: 'pending',
    architecture,
    creationDate: time.toISOString(),
    public: false,
    launchPermissions: [],
    ...(imdsSupport ? { imdsSupport } : {}),
    rootDeviceName,
    snapshotId,
    layers,
    tags: {},
  };
  return { image, snapshot };
}
