import { Fault, type Parameters } from '../service.ts';
import type { Image, Snapshot, Volume } from '../state.ts';
import { choice, flag, integer, optional, required, structure, structures, unsupported } from './parameters.ts';

/** What a launch settles about the root volume. */
export type RootVolume = Pick<Volume, 'size' | 'volumeType' | 'encrypted' | 'deleteOnTermination' | 'snapshotId'>;

/** The image's root volume, with what `BlockDeviceMapping.N` changes of it. Instances have no other volumes. */
export function readRootVolume(parameters: Parameters, image: Image, snapshot: Snapshot): RootVolume {
  let volume: RootVolume = {
    size: snapshot.volumeSize,
    volumeType: 'gp3',
    encrypted: snapshot.encrypted,
    deleteOnTermination: true,
    snapshotId: snapshot.snapshotId,
  };
  for (const mapping of structures(parameters, 'BlockDeviceMapping')) {
    const device = required(mapping, 'DeviceName');
    if (device !== image.rootDeviceName) {
      throw unsupported(`add the volume ${device}; instances have their root volume ${image.rootDeviceName} alone`);
    }
    volume = { ...volume, ...readEbs(structure(mapping, 'Ebs'), snapshot) };
  }
  return volume;
}

function readEbs(ebs: Parameters, { snapshotId, volumeSize, encrypted }: Snapshot): Partial<RootVolume> {
  const size = integer(ebs, 'VolumeSize');
  if (size !== undefined && size < volumeSize) {
    const message = `Volume of size ${size}GB is smaller than snapshot '${snapshotId}', expect size >= ${volumeSize}GB`;
    throw new Fault('InvalidBlockDeviceMapping', message);
  }
  const encrypt = flag(ebs, 'Encrypted') ?? (optional(ebs, 'KmsKeyId') !== undefined || undefined);
  if (encrypt === false && encrypted) {
    const message = 'Encrypted flag cannot be false since the snapshot is encrypted.';
    throw new Fault('InvalidParameterDependency', `${message} (${snapshotId})`);
  }
  const volumeType = choice(ebs, 'VolumeType', ['standard', 'gp2', 'gp3', 'io1', 'io2']);
  const deleteOnTermination = flag(ebs, 'DeleteOnTermination');
  return {
    ...(size === undefined ? {} : { size }),
    ...(volumeType === undefined ? {} : { volumeType }),
    ...(encrypt === undefined ? {} : { encrypted: encrypt }),
    ...(deleteOnTermination === undefined ? {} : { deleteOnTermination }),
  };
}
