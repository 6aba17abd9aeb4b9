import { EC2Client } from '@aws-sdk/client-ec2';
import { STSClient } from '@aws-sdk/client-sts';
import { expect, it } from 'vitest';
import { type Answers, awsError, fakeClient } from '../../../test/fake-client.ts';
import type { Problem } from '../command/problems.ts';
import { checkHolders, type Sharing, share, sharedAsText } from './share.ts';

const A = '111122223333';
const B = '444455556666';
const ORGANISATION = 'arn:aws:organizations::111122223333:organization/o-abc';
const UNIT = 'arn:aws:organizations::111122223333:ou/o-abc/ou-1';
const IMAGE = { ImageId: 'ami-1', BlockDeviceMappings: [{ Ebs: { SnapshotId: 'snap-1' } }] };

/** Shares where these have permissions already; returns the changes that were asked for. */
async function run(sharing: Partial<Sharing>, answers: Answers = {}, launch: object[] = [], read: string[] = []) {
  const ec2 = fakeClient(EC2Client, {
    DescribeImageAttribute: { LaunchPermissions: launch },
    DescribeSnapshotAttribute: { CreateVolumePermissions: read.map(UserId => ({ UserId })) },
    ModifyImageAttribute: {},
    ModifySnapshotAttribute: {},
    ...answers,
  });
  const options = { image: IMAGE, holders: [A], copying: false, remove: false, ...sharing };
  const outcome = await share(ec2, options).catch((error: Error) => error);
  const changes = ec2.calls.filter(({ action }) => action.startsWith('Modify')).map(({ input }) => input);
  return { outcome, changes };
}

it.each<[string, Partial<Sharing>, object[], string[], object[]]>([
  ['an account', {}, [], [], [{ LaunchPermission: { Add: [{ UserId: A }] } }]],
  [
    'an organisation and a unit',
    { holders: [ORGANISATION, UNIT] },
    [],
    [],
    [{ LaunchPermission: { Add: [{ OrganizationArn: ORGANISATION }, { OrganizationalUnitArn: UNIT }] } }],
  ],
  ['nothing that is so already', {}, [{ UserId: A }], [], []],
  ['the new one of two', { holders: [A, B] }, [{ UserId: A }], [], [{ LaunchPermission: { Add: [{ UserId: B }] } }]],
  [
    'copying as well',
    { copying: true },
    [],
    [],
    [{ LaunchPermission: { Add: [{ UserId: A }] } }, { SnapshotId: 'snap-1', OperationType: 'add', UserIds: [A] }],
  ],
  [
    'copying alone, where launching is allowed',
    { copying: true },
    [{ UserId: A }],
    [],
    [{ SnapshotId: 'snap-1', OperationType: 'add', UserIds: [A] }],
  ],
  [
    'both taken away',
    { remove: true },
    [{ UserId: A }],
    [A],
    [
      { LaunchPermission: { Remove: [{ UserId: A }] } },
      { SnapshotId: 'snap-1', OperationType: 'remove', UserIds: [A] },
    ],
  ],
  ['nothing to take away', { remove: true }, [{ UserId: B }], [B], []],
])('changes %s', async (_what, sharing, launch, read, expected) => {
  const { changes } = await run(sharing, {}, launch, read);
  expect(changes).toHaveLength(expected.length);
  expect(changes).toMatchObject(expected);
});

it.each([
  ['InvalidParameter', "Snapshots encrypted with the AWS Managed CMK can't be shared. Specify another snapshot."],
  ['OperationNotPermitted', 'Encrypted snapshots with EBS default key cannot be shared'],
])('an image that AWS’s own key encrypts can not be shared, and what to do is said: %s', async (name, message) => {
  const { outcome } = await run({}, { ModifyImageAttribute: awsError(name, message) });
  expect(outcome).toMatchObject({ message: expect.stringContaining('AWS manages the key') });
  expect(outcome).toMatchObject({ message: expect.stringContaining('kms_key=alias/') });
});

it('what was done before a failure is said, and which right is missing', async () => {
  const { outcome } = await run({ copying: true }, { ModifySnapshotAttribute: awsError('UnauthorizedOperation') });
  expect(outcome).toMatchObject({
    message: expect.stringContaining('the right ec2:ModifySnapshotAttribute is missing'),
  });
  expect(outcome).toMatchObject({ message: expect.stringContaining(`Done before that: ${A} may now launch ami-1.`) });
});

it('the account itself, and organisations that should copy, are refused at once', async () => {
  const sts = fakeClient(STSClient, { GetCallerIdentity: { Account: A } });
  const problems: Problem[] = [];
  await checkHolders(sts, { holders: [A, ORGANISATION], copying: true, remove: false }, problems);
  expect(problems.map(({ value, message }) => [value, message])).toEqual([
    [A, 'is the account of the image itself'],
    [ORGANISATION, 'can only be allowed to launch, not to copy'],
  ]);
});

it('says what was changed and how things are', () => {
  const shared = { imageId: 'ami-1', changed: [A], launch: [A, B], copy: [] };
  expect(sharedAsText(shared, false)).toBe(
    `ami-1: ${A} added\nMay launch it:  ${A}, ${B}\nMay copy it:    nobody else\n`,
  );
  expect(sharedAsText({ ...shared, changed: [] }, true)).toContain('nothing to change');
});
