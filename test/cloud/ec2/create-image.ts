import { Fault, type Parameters, type Service } from '../service.ts';
import { ACCOUNT, type Image, type Instance, type Snapshot, type State, type Tags } from '../state.ts';
import type { Ec2Context } from './context.ts';
import { find, IMAGE, INSTANCE, newId, SNAPSHOT } from './identifiers.ts';
import { keepLayer, layerFolder, removeUnusedLayers } from './image-files.ts';
import { machineOf } from './instance-lifecycle.ts';
import { flag, optional, required, structures, unsupported } from './parameters.ts';
import { readTagSpecifications } from './tags.ts';

/** CreateImage. The image is pending until the instance's disk has been kept. */
export function createImageActions(context: Ec2Context): Service {
  const { state } = context;
  return {
    CreateImage: parameters => {
      const instance = find(state.instances, required(parameters, 'InstanceId'), INSTANCE);
      if (instance.state !== 'running' && instance.state !== 'stopped') {
        const message = `The instance '${instance.instanceId}' is not in the 'running' or 'stopped' state.`;
        throw new Fault('IncorrectState', message);
      }
      const name = newImageName(state, parameters);
      refuseOtherDevices(parameters, instance.rootDeviceName);
      const tags = readTagSpecifications(parameters, ['image', 'snapshot']);
      const { image, snapshot } = registerImage(context, instance, {
        name,
        description: optional(parameters, 'Description') ?? '',
        imageTags: tags.image ?? {},
        snapshotTags: tags.snapshot ?? {},
      });
      const shutDownFirst = flag(parameters, 'NoReboot') !== true;
      context.background.run(instance.instanceId, `CreateImage of ${image.imageId}`, () =>
        fillImage(context, instance, image, snapshot, shutDownFirst),
      );
      return { imageId: image.imageId };
    },
  };
}

/** The name for a new image of this account. Throws InvalidAMIName.Malformed and InvalidAMIName.Duplicate. */
export function newImageName(state: State, parameters: Parameters): string {
  const name = required(parameters, 'Name');
  if (!/^[A-Za-z0-9()[\] ./\-'@_]{3,128}$/.test(name)) {
    const characters = "letters, numbers, '(', ')', '[', ']', spaces, '.', '/', '-', ''', '@' and '_'";
    const message = `AMI names must be between 3 and 128 characters long, and may contain ${characters}`;
    throw new Fault('InvalidAMIName.Malformed', message);
  }
  const other = Object.values(state.images).find(image => image.name === name && image.ownerId === ACCOUNT);
  if (other) {
    const message = `AMI name ${name} is already in use by AMI ${other.imageId}`;
    throw new Fault('InvalidAMIName.Duplicate', message);
  }
  return name;
}

function refuseOtherDevices(parameters: Parameters, rootDeviceName: string): void {
  for (const mapping of structures(parameters, 'BlockDeviceMapping')) {
    const device = required(mapping, 'DeviceName');
    if (device !== rootDeviceName) throw unsupported(`an image with ${device}; images have ${rootDeviceName} alone`);
  }
}

interface NewImage {
  name: string;
  description: string;
  imageTags: Tags;
  snapshotTags: Tags;
}

function registerImage({ folder, state, now }: Ec2Context, instance: Instance, asked: NewImage) {
  const imageId = newId(IMAGE.prefix);
  const snapshotId = newId(SNAPSHOT.prefix);
  const { volumeId, instanceId } = instance;
  const volume = state.volumes[volumeId]!;
  const layers = [...instance.layers, layerFolder(folder, snapshotId)];
  const time = now().toISOString();
  const imdsSupport = state.images[instance.imageId]?.imdsSupport;
  const snapshot: Snapshot = {
    snapshotId,
    state: 'pending',
    description: `Created by CreateImage(${instanceId}) for ${imageId}`,
    ownerId: ACCOUNT,
    volumeId,
    volumeSize: volume.size,
    encrypted: volume.encrypted,
    startTime: time,
    layers,
    tags: asked.snapshotTags,
  };
  const image: Image = {
    imageId,
    name: asked.name,
    description: asked.description,
    ownerId: ACCOUNT,
    state: 'pending',
    architecture: instance.architecture,
    creationDate: time,
    public: false,
    launchPermissions: [],
    ...(imdsSupport ? { imdsSupport } : {}),
    rootDeviceName: instance.rootDeviceName,
    snapshotId,
    layers,
    sourceInstanceId: instanceId,
    tags: asked.imageTags,
  };
  state.snapshots[snapshotId] = snapshot;
  state.images[imageId] = image;
  return { image, snapshot };
}

async function fillImage(
  context: Ec2Context,
  instance: Instance,
  image: Image,
  snapshot: Snapshot,
  shutDownFirst: boolean,
): Promise<void> {
  const { machines, changed, log } = context;
  const { instanceId } = instance;
  const restart = shutDownFirst && instance.state === 'running';
  try {
    if (restart) await machines.halt(instanceId);
    await keepLayer(context, instanceId, snapshot.layers.at(-1)!);
    snapshot.state = 'completed';
    image.state = 'available';
  } catch (error) {
    snapshot.state = 'error';
    image.state = 'failed';
    image.stateReason = `The disk of ${instanceId} could not be kept: ${(error as Error).message}`;
    log(`CreateImage of ${image.imageId} failed: ${(error as Error).stack}`);
  } finally {
    // Both may have been removed in the meantime; then nothing holds the layer any more.
    changed();
    await removeUnusedLayers(context);
  }
  if (restart && instance.state === 'running') await machines.boot(machineOf(instance));
}
