import { Fault, type Service } from '../service.ts';
import { ACCOUNT, type Image, type State } from '../state.ts';
import type { Ec2Context } from './context.ts';
import { type FilterTable, filtered } from './filters.ts';
import { find, IMAGE, select } from './identifiers.ts';
import { removeUnusedLayers } from './image-files.ts';
import { paged } from './paging.ts';
import { flag, list, required } from './parameters.ts';
import { tagSet } from './tags.ts';

/** Owners that have a name beside their account number. */
const OWNER_ALIASES: Record<string, string> = { '137112412989': 'amazon' };

/** DescribeImages and DeregisterImage. */
export function imageActions(context: Ec2Context): Service {
  const { state, now } = context;
  return {
    DescribeImages: parameters => {
      const ids = list(parameters, 'ImageId');
      const owners = list(parameters, 'Owner');
      const users = list(parameters, 'ExecutableBy');
      // A deprecated image of somebody else is shown to those who name it, or ask for such.
      const withDeprecated = flag(parameters, 'IncludeDeprecated') === true || ids.length > 0;
      const listed = select(state.images, ids, IMAGE)
        .filter(image => withDeprecated || image.ownerId === ACCOUNT || !isDeprecated(image, now()))
        .filter(image => isOwnedBy(image, owners) && isExecutableBy(image, users));
      const matching = filtered(listed, parameters, filters(state));
      const { items, nextToken } = paged(matching, parameters, ({ imageId }) => imageId);
      return { imagesSet: items.map(image => imageItem(image, state)), nextToken };
    },
    DeregisterImage: parameters => {
      const image = find(state.images, required(parameters, 'ImageId'), IMAGE);
      checkOwner(image);
      if (image.deregistrationProtection) {
        const message = `Image ${image.imageId} is protected from deregistration. Disable the protection first.`;
        throw new Fault('OperationNotPermitted', message);
      }
      delete state.images[image.imageId];
      if (flag(parameters, 'DeleteAssociatedSnapshots') !== true) return { return: true };
      const { snapshotId } = image;
      const isShared = Object.values(state.images).some(other => other.snapshotId === snapshotId);
      if (!isShared) delete state.snapshots[snapshotId];
      context.background.run('layers', 'Removing unused layers', () => removeUnusedLayers(context));
      return {
        return: true,
        deleteSnapshotResultSet: [{ snapshotId, returnCode: isShared ? 'skipped' : 'success' }],
      };
    },
  };
}

/** Throws AuthFailure for an image of somebody else, who alone may change it. */
export function checkOwner({ imageId, ownerId }: Image): void {
  if (ownerId !== ACCOUNT) throw new Fault('AuthFailure', `Not authorized for image:${imageId}`, 403);
}

function isDeprecated({ deprecationTime }: Image, now: Date): boolean {
  return deprecationTime !== undefined && new Date(deprecationTime) <= now;
}

function isOwnedBy({ ownerId }: Image, owners: string[]): boolean {
  const names = [ownerId, OWNER_ALIASES[ownerId], ownerId === ACCOUNT ? 'self' : undefined];
  return owners.length === 0 || owners.some(owner => names.includes(owner));
}

function isExecutableBy(image: Image, users: string[]): boolean {
  const named = users.map(user => (user === 'self' ? ACCOUNT : user));
  return (
    named.length === 0 || named.some(user => (user === 'all' ? image.public : image.launchPermissions.includes(user)))
  );
}

function filters(state: State): FilterTable<Image> {
  const snapshotOf = ({ snapshotId }: Image) => state.snapshots[snapshotId];
  return {
    architecture: image => image.architecture,
    'block-device-mapping.device-name': image => image.rootDeviceName,
    'block-device-mapping.encrypted': image => snapshotOf(image)?.encrypted,
    'block-device-mapping.snapshot-id': image => image.snapshotId,
    'creation-date': image => image.creationDate,
    description: image => image.description,
    hypervisor: () => 'xen',
    'image-id': image => image.imageId,
    'image-type': () => 'machine',
    'is-public': image => image.public,
    name: image => image.name,
    'owner-alias': image => OWNER_ALIASES[image.ownerId],
    'owner-id': image => image.ownerId,
    'root-device-name': image => image.rootDeviceName,
    'root-device-type': () => 'ebs',
    'source-image-id': image => image.copyOf?.imageId,
    'source-image-region': image => image.copyOf?.region,
    'source-instance-id': image => image.sourceInstanceId,
    state: image => image.state,
    'virtualization-type': () => 'hvm',
  };
}

function imageItem(image: Image, state: State): object {
  const { stateReason, description, state: imageState } = image;
  return {
    imageId: image.imageId,
    imageLocation: `${image.ownerId}/${image.name}`,
    imageState,
    ...(stateReason ? { stateReason: { code: 'Client.InternalError', message: stateReason } } : {}),
    imageOwnerId: image.ownerId,
    imageOwnerAlias: OWNER_ALIASES[image.ownerId],
    name: image.name,
    description: description || undefined,
    creationDate: image.creationDate,
    deprecationTime: image.deprecationTime,
    isPublic: image.public,
    architecture: image.architecture,
    imageType: 'machine',
    platformDetails: 'Linux/UNIX',
    usageOperation: 'RunInstances',
    rootDeviceType: 'ebs',
    rootDeviceName: image.rootDeviceName,
    blockDeviceMapping: blockDevices(image, state),
    virtualizationType: 'hvm',
    hypervisor: 'xen',
    enaSupport: true,
    sriovNetSupport: 'simple',
    bootMode: image.architecture === 'arm64' ? 'uefi' : 'uefi-preferred',
    imdsSupport: image.imdsSupport,
    sourceInstanceId: image.sourceInstanceId,
    sourceImageId: image.copyOf?.imageId,
    sourceImageRegion: image.copyOf?.region,
    deregistrationProtection: image.deregistrationProtection ?? 'disabled',
    tagSet: tagSet(image.tags),
  };
}

/** The root device. A pending image does not name its snapshot yet. */
export function blockDevices({ rootDeviceName, snapshotId, state: imageState }: Image, state: State): object[] {
  const snapshot = state.snapshots[snapshotId];
  const ebs = {
    snapshotId: imageState === 'pending' ? undefined : snapshotId,
    volumeSize: snapshot?.volumeSize,
    deleteOnTermination: true,
    volumeType: 'gp3',
    encrypted: snapshot?.encrypted ?? false,
  };
  return [{ deviceName: rootDeviceName, ebs }];
}
