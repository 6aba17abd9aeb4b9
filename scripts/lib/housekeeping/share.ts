import {
  DescribeImageAttributeCommand,
  DescribeSnapshotAttributeCommand,
  type EC2Client,
  type Image,
  type LaunchPermission,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand,
} from '@aws-sdk/client-ec2';
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { explain } from '../aws/errors.ts';
import { snapshotsIn } from '../aws/images.ts';
import { Failure, type Problem } from '../command/problems.ts';

/** What is to be done about an image's permissions. */
export interface Sharing {
  image: Image;
  /** Accounts, and ARNs of organisations and their units. */
  holders: string[];
  /** Those who may launch it may copy it, too. */
  copying: boolean;
  /** The permissions are taken away, those to copy always. */
  remove: boolean;
}

/** What was done, and how things are now. */
export interface Shared {
  imageId: string;
  /** Holders whose permission to launch was changed; the others had it, or did not have it, already. */
  changed: string[];
  /** Everybody who may launch the image now, beside this account. */
  launch: string[];
  /** Those who may make volumes of its snapshots, and so copy it. */
  copy: string[];
}

const SHARING_MANAGED = [
  "AWS manages the key that encrypts the image, and doesn't let it be shared with other accounts.",
  'Copy the image with a key of your own, and share the copy: make copy ami=... regions=... kms_key=alias/...',
  'or give the account a key of its own for EBS (aws ec2 modify-ebs-default-kms-key-id) and build the image again.',
].join('\n');

/**
 * Gives or takes permissions; those that are as they should be are left alone. Throws a Failure that says what was done
 * before. Rights: ec2:DescribeImageAttribute, ec2:ModifyImageAttribute, and the same for snapshots.
 */
export async function share(ec2: EC2Client, { image, holders, copying, remove }: Sharing): Promise<Shared> {
  const imageId = image.ImageId ?? '';
  const done: string[] = [];
  const attempt = async <Answer>(right: string, call: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await call();
    } catch (error) {
      throw explained(error, right, done);
    }
  };
  const launch = () => attempt('ec2:DescribeImageAttribute', () => launchHolders(ec2, imageId));
  const copy = (id: string) => attempt('ec2:DescribeSnapshotAttribute', () => snapshotHolders(ec2, id));
  const before = await launch();
  const changed = holders.filter(holder => before.includes(holder) === remove);
  if (changed.length > 0) {
    const LaunchPermission = { [remove ? 'Remove' : 'Add']: changed.map(permission) };
    await attempt('ec2:ModifyImageAttribute', () =>
      ec2.send(new ModifyImageAttributeCommand({ ImageId: imageId, LaunchPermission })),
    );
    done.push(`${changed.join(', ')} may ${remove ? 'no longer' : 'now'} launch ${imageId}`);
  }
  for (const SnapshotId of copying || remove ? snapshotsIn(image) : []) {
    const may = await copy(SnapshotId);
    const UserIds = holders.filter(holder => !holder.startsWith('arn:') && may.includes(holder) === remove);
    if (UserIds.length === 0) continue;
    const OperationType = remove ? 'remove' : 'add';
    const Attribute = 'createVolumePermission';
    await attempt('ec2:ModifySnapshotAttribute', () =>
      ec2.send(new ModifySnapshotAttributeCommand({ SnapshotId, Attribute, OperationType, UserIds })),
    );
    done.push(`${UserIds.join(', ')} may ${remove ? 'no longer' : 'now'} read ${SnapshotId}`);
  }
  const readers = await Promise.all(snapshotsIn(image).map(copy));
  return { imageId, changed, launch: await launch(), copy: [...new Set(readers.flat())] };
}

async function launchHolders(ec2: EC2Client, ImageId: string): Promise<string[]> {
  const { LaunchPermissions = [] } = await ec2.send(
    new DescribeImageAttributeCommand({ ImageId, Attribute: 'launchPermission' }),
  );
  return LaunchPermissions.flatMap(
    ({ UserId, Group, OrganizationArn, OrganizationalUnitArn }) =>
      UserId ?? OrganizationArn ?? OrganizationalUnitArn ?? Group ?? [],
  );
}

async function snapshotHolders(ec2: EC2Client, SnapshotId: string): Promise<string[]> {
  const Attribute = 'createVolumePermission';
  const answer = await ec2.send(new DescribeSnapshotAttributeCommand({ SnapshotId, Attribute }));
  return (answer.CreateVolumePermissions ?? []).flatMap(({ UserId, Group }) => UserId ?? Group ?? []);
}

function permission(holder: string): LaunchPermission {
  if (!holder.startsWith('arn:')) return { UserId: holder };
  return holder.includes(':ou/') ? { OrganizationalUnitArn: holder } : { OrganizationArn: holder };
}

/** What is wrong with those who are to hold permissions. Right: sts:GetCallerIdentity. */
export async function checkHolders(
  sts: STSClient,
  { holders, copying, remove }: Omit<Sharing, 'image'>,
  problems: Problem[],
): Promise<void> {
  const { Account = '' } = await sts.send(new GetCallerIdentityCommand({}));
  const about = { parameter: 'accounts', source: 'command line' };
  if (holders.includes(Account)) {
    problems.push({ ...about, value: Account, message: 'is the account of the image itself', fix: 'Leave it out.' });
  }
  const organisation = holders.find(holder => holder.startsWith('arn:'));
  if (organisation && copying && !remove) {
    const fix = 'Leave copying=yes out, or name the accounts themselves.';
    problems.push({ ...about, value: organisation, message: 'can only be allowed to launch, not to copy', fix });
  }
}

/** What was done, for people. */
export function sharedAsText({ imageId, changed, launch, copy }: Shared, remove: boolean): string {
  const list = (holders: string[]) => (holders.length > 0 ? holders.join(', ') : 'nobody else');
  const did = changed.length === 0 ? 'nothing to change' : `${changed.join(', ')} ${remove ? 'removed' : 'added'}`;
  return [`${imageId}: ${did}`, `May launch it:  ${list(launch)}`, `May copy it:    ${list(copy)}`, ''].join('\n');
}

/** AWS's words for an image that its own key encrypts: `InvalidParameter` and `OperationNotPermitted`. */
const MANAGED_KEY = /AWS Managed CMK|EBS default key/i;

function explained(error: unknown, right: string, done: readonly string[]): Failure {
  const message = error instanceof Error ? error.message : String(error);
  const why = MANAGED_KEY.test(message) ? SHARING_MANAGED : explain(error, right);
  return new Failure([why, ...(done.length > 0 ? [`Done before that: ${done.join('; ')}.`] : [])].join('\n'));
}
