import { Fault, type Parameters, type Service } from '../service.ts';
import { ACCOUNT, type Snapshot } from '../state.ts';
import type { Ec2Context } from './context.ts';
import { find, SNAPSHOT } from './identifiers.ts';
import { invalidValue, list, optional, required, structure, structures } from './parameters.ts';

/** Describe- and ModifySnapshotAttribute, whose one attribute is who may make volumes of the snapshot. */
export function snapshotAttributeActions({ state }: Ec2Context): Service {
  const ownSnapshot = (parameters: Parameters): Snapshot => {
    const snapshot = find(state.snapshots, required(parameters, 'SnapshotId'), SNAPSHOT);
    if (snapshot.ownerId !== ACCOUNT) {
      throw new Fault('AuthFailure', `The account does not own the snapshot ${snapshot.snapshotId}`, 403);
    }
    return snapshot;
  };
  return {
    DescribeSnapshotAttribute: parameters => {
      const { snapshotId, createVolumePermissions = [] } = ownSnapshot(parameters);
      checkAttribute(required(parameters, 'Attribute'));
      const createVolumePermission = createVolumePermissions.map(holder =>
        holder === 'all' ? { group: holder } : { userId: holder },
      );
      return { snapshotId, createVolumePermission };
    },
    ModifySnapshotAttribute: parameters => {
      const snapshot = ownSnapshot(parameters);
      checkAttribute(optional(parameters, 'Attribute') ?? 'createVolumePermission');
      const { add, remove } = modifications(parameters);
      if (add.length > 0 && snapshot.encrypted && !snapshot.kmsKeyId) {
        throw new Fault('OperationNotPermitted', 'Encrypted snapshots with EBS default key cannot be shared');
      }
      const holders = new Set([...(snapshot.createVolumePermissions ?? []), ...add]);
      for (const holder of remove) holders.delete(holder);
      snapshot.createVolumePermissions = [...holders];
      return { return: true };
    },
  };
}

/** What is to change; EC2 takes both a structure and lists with an operation. */
function modifications(parameters: Parameters): { add: string[]; remove: string[] } {
  const permissions = structure(parameters, 'CreateVolumePermission');
  const named = (name: string) =>
    structures(permissions, name).map(entry => optional(entry, 'UserId') ?? required(entry, 'Group'));
  const listed = [...list(parameters, 'UserId'), ...list(parameters, 'UserGroup')];
  const isRemoval = optional(parameters, 'OperationType') === 'remove';
  const add = [...named('Add'), ...(isRemoval ? [] : listed)];
  const remove = [...named('Remove'), ...(isRemoval ? listed : [])];
  for (const holder of [...add, ...remove]) {
    if (holder !== 'all' && !/^\d{12}$/.test(holder)) throw invalidValue('userId', holder, 'it must be an account');
  }
  return { add, remove };
}

function checkAttribute(attribute: string): void {
  if (attribute === 'createVolumePermission') return;
  throw invalidValue('attribute', attribute, 'the local cloud knows createVolumePermission');
}
