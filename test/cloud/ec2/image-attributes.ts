import { Fault, type Parameters, type Service } from '../service.ts';
import { ACCOUNT, type Image } from '../state.ts';
import type { Ec2Context } from './context.ts';
import { find, IMAGE } from './identifiers.ts';
import { blockDevices, checkOwner } from './images.ts';
import { flag, invalidValue, list, optional, required, structure, structures, text } from './parameters.ts';

/** Images can be given a deprecation date at most this far away. */
const TEN_YEARS = 10 * 365.25 * 86_400_000;

/** Describe-, Modify- and ResetImageAttribute; deprecation, and protection from being deregistered. */
export function imageAttributeActions({ state, now }: Ec2Context): Service {
  const ownImage = (parameters: Parameters): Image => {
    const image = find(state.images, required(parameters, 'ImageId'), IMAGE);
    checkOwner(image);
    return image;
  };
  return {
    DescribeImageAttribute: parameters => {
      const image = ownImage(parameters);
      const attribute = required(parameters, 'Attribute');
      const answers: Record<string, () => object> = {
        blockDeviceMapping: () => ({ blockDeviceMapping: blockDevices(image, state) }),
        description: () => ({ description: { value: image.description } }),
        imdsSupport: () => ({ imdsSupport: image.imdsSupport ? { value: image.imdsSupport } : {} }),
        launchPermission: () => ({ launchPermission: launchPermissions(image) }),
      };
      if (!Object.hasOwn(answers, attribute)) throw unknownAttribute(attribute, Object.keys(answers));
      return { imageId: image.imageId, ...answers[attribute]!() };
    },
    ModifyImageAttribute: parameters => {
      const image = ownImage(parameters);
      const { description, imdsSupport, add, remove } = modifications(parameters);
      if (imdsSupport !== undefined && imdsSupport !== 'v2.0') {
        throw invalidValue('imdsSupport', imdsSupport, 'only v2.0 can be set, and it can never be taken back');
      }
      const isManaged = state.snapshots[image.snapshotId]?.encrypted && !state.snapshots[image.snapshotId]?.kmsKeyId;
      if (add.length > 0 && isManaged) {
        const message = "Snapshots encrypted with the AWS Managed CMK can't be shared. Specify another snapshot.";
        throw new Fault('InvalidParameter', message);
      }
      changePermissions(image, add, remove);
      if (description !== undefined) image.description = description;
      if (imdsSupport !== undefined) image.imdsSupport = imdsSupport;
      return { return: true };
    },
    ResetImageAttribute: parameters => {
      const image = ownImage(parameters);
      const attribute = required(parameters, 'Attribute');
      if (attribute !== 'launchPermission') throw unknownAttribute(attribute, ['launchPermission']);
      image.public = false;
      image.launchPermissions = [];
      return { return: true };
    },
    EnableImageDeprecation: parameters => {
      const image = ownImage(parameters);
      image.deprecationTime = readDeprecationTime(required(parameters, 'DeprecateAt'), now());
      return { return: true };
    },
    DisableImageDeprecation: parameters => {
      delete ownImage(parameters).deprecationTime;
      return { return: true };
    },
    EnableImageDeregistrationProtection: parameters => {
      const image = ownImage(parameters);
      const withCooldown = flag(parameters, 'WithCooldown') === true;
      image.deregistrationProtection = withCooldown ? 'enabled-with-cooldown' : 'enabled-without-cooldown';
      return { return: image.deregistrationProtection };
    },
    DisableImageDeregistrationProtection: parameters => {
      // On EC2 a cooldown keeps it from being deregistered for another day; here it is over at once.
      delete ownImage(parameters).deregistrationProtection;
      return { return: 'disabled' };
    },
  };
}

interface Permission {
  userId?: string | undefined;
  group?: string | undefined;
  organizationArn?: string | undefined;
  organizationalUnitArn?: string | undefined;
}

function launchPermissions({ public: isPublic, launchPermissions }: Image): Permission[] {
  return [...(isPublic ? [{ group: 'all' }] : []), ...launchPermissions.map(permissionFor)];
}

function permissionFor(holder: string): Permission {
  if (!holder.startsWith('arn:')) return { userId: holder };
  return holder.includes(':ou/') ? { organizationalUnitArn: holder } : { organizationArn: holder };
}

/** What is to change; EC2 takes both `Description.Value=x` and `Attribute=description&Value=x`. */
function modifications(parameters: Parameters) {
  const permissions = structure(parameters, 'LaunchPermission');
  const listed = [
    ...list(parameters, 'UserId').map(userId => ({ userId })),
    ...list(parameters, 'UserGroup').map(group => ({ group })),
  ];
  const isRemoval = optional(parameters, 'OperationType') === 'remove';
  const attribute = optional(parameters, 'Attribute');
  const value = text(parameters, 'Value');
  if (attribute !== undefined && !['description', 'imdsSupport', 'launchPermission'].includes(attribute)) {
    throw unknownAttribute(attribute, ['description', 'imdsSupport', 'launchPermission']);
  }
  return {
    description:
      text(structure(parameters, 'Description'), 'Value') ?? (attribute === 'description' ? value : undefined),
    imdsSupport:
      optional(structure(parameters, 'ImdsSupport'), 'Value') ?? (attribute === 'imdsSupport' ? value : undefined),
    add: [...readPermissions(permissions, 'Add'), ...(isRemoval ? [] : listed)],
    remove: [...readPermissions(permissions, 'Remove'), ...(isRemoval ? listed : [])],
  };
}

function readPermissions(parameters: Parameters, name: string): Permission[] {
  return structures(parameters, name).map(entry => ({
    userId: optional(entry, 'UserId'),
    group: optional(entry, 'Group'),
    organizationArn: optional(entry, 'OrganizationArn'),
    organizationalUnitArn: optional(entry, 'OrganizationalUnitArn'),
  }));
}

function changePermissions(image: Image, add: Permission[], remove: Permission[]): void {
  const accounts = new Set(image.launchPermissions);
  for (const { userId, group } of [...add, ...remove]) {
    if (group !== undefined && group !== 'all') throw invalidValue('group', group, 'the only group is all');
    if (userId !== undefined && !/^\d{12}$/.test(userId)) {
      throw new Fault('InvalidAMIAttributeItemValue', `Invalid attribute item value "${userId}" for userId item type.`);
    }
  }
  for (const holder of add.flatMap(holderOf)) if (holder !== ACCOUNT) accounts.add(holder);
  for (const holder of remove.flatMap(holderOf)) accounts.delete(holder);
  if (add.some(({ group }) => group === 'all')) image.public = true;
  if (remove.some(({ group }) => group === 'all')) image.public = false;
  image.launchPermissions = [...accounts];
}

function holderOf({ userId, organizationArn, organizationalUnitArn }: Permission): string[] {
  return [userId, organizationArn, organizationalUnitArn].filter(holder => holder !== undefined);
}

/** To the minute, as EC2 keeps it. */
function readDeprecationTime(text: string, now: Date): string {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw invalidValue('DeprecateAt', text, 'it must be a time in ISO 8601');
  if (time <= now) throw invalidValue('DeprecateAt', text, 'it must lie in the future');
  if (time.getTime() > now.getTime() + TEN_YEARS) throw invalidValue('DeprecateAt', text, 'at most 10 years from now');
  time.setUTCSeconds(time.getUTCSeconds() >= 30 ? 60 : 0, 0);
  return time.toISOString();
}

function unknownAttribute(attribute: string, known: string[]): Fault {
  return invalidValue('attribute', attribute, `the local cloud knows ${known.join(', ')}`);
}
