import { Fault, type Service } from '../service.ts';
import { type Volume, ZONE } from '../state.ts';
import type { Ec2Context } from './context.ts';
import { type FilterTable, filtered } from './filters.ts';
import { find, select, VOLUME } from './identifiers.ts';
import { paged } from './paging.ts';
import { list, required } from './parameters.ts';
import { tagSet } from './tags.ts';

/** DescribeVolumes and DeleteVolume. Volumes come with instances: each has a root volume. */
export function volumeActions({ state }: Ec2Context): Service {
  return {
    DescribeVolumes: parameters => {
      const listed = select(state.volumes, list(parameters, 'VolumeId'), VOLUME);
      const matching = filtered(listed, parameters, FILTERS);
      const { items, nextToken } = paged(matching, parameters, ({ volumeId }) => volumeId);
      return { volumeSet: items.map(volumeItem), nextToken };
    },
    DeleteVolume: parameters => {
      const { volumeId, instanceId } = find(state.volumes, required(parameters, 'VolumeId'), VOLUME);
      if (instanceId) {
        throw new Fault('VolumeInUse', `Volume ${volumeId} is currently attached to ${instanceId}`);
      }
      delete state.volumes[volumeId];
      return { return: true };
    },
  };
}

const FILTERS: FilterTable<Volume> = {
  'attachment.delete-on-termination': volume => volume.instanceId && volume.deleteOnTermination,
  'attachment.device': volume => volume.device,
  'attachment.instance-id': volume => volume.instanceId,
  'attachment.status': volume => volume.instanceId && 'attached',
  'availability-zone': () => ZONE,
  'create-time': volume => volume.createTime,
  encrypted: volume => volume.encrypted,
  size: volume => volume.size,
  'snapshot-id': volume => volume.snapshotId,
  status: volume => volume.state,
  'volume-id': volume => volume.volumeId,
  'volume-type': volume => volume.volumeType,
};

function volumeItem(volume: Volume): object {
  const { volumeId, instanceId, device, createTime, deleteOnTermination } = volume;
  return {
    volumeId,
    size: volume.size,
    snapshotId: volume.snapshotId,
    availabilityZone: ZONE,
    status: volume.state,
    createTime,
    volumeType: volume.volumeType,
    encrypted: volume.encrypted,
    multiAttachEnabled: false,
    attachmentSet: instanceId
      ? [{ volumeId, instanceId, device, status: 'attached', attachTime: createTime, deleteOnTermination }]
      : [],
    tagSet: tagSet(volume.tags),
  };
}
