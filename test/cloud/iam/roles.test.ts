import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
  RemoveRoleFromInstanceProfileCommand,
  TagRoleCommand,
} from '@aws-sdk/client-iam';
import { expect, test } from 'vitest';
import { type FakeCloud, fakeCloud } from '../fake-cloud.ts';
import { PERMISSIONS, TRUST } from './sample-policies.ts';

const create = ({ iam }: FakeCloud, RoleName = 'role', input: object = {}) =>
  iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST, ...input }));

test('a role is made, found, tagged and deleted', async () => {
  const cloud = await fakeCloud();
  const created = await create(cloud, 'role', { Description: 'about', Tags: [{ Key: 'a', Value: '1' }] });
  expect(created.Role).toMatchObject({
    RoleName: 'role',
    Path: '/',
    Arn: 'arn:aws:iam::123456789012:role/role',
    RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
    CreateDate: expect.any(Date),
  });
  await cloud.iam.send(new TagRoleCommand({ RoleName: 'role', Tags: [{ Key: 'b', Value: '2' }] }));
  const { Role } = await cloud.iam.send(new GetRoleCommand({ RoleName: 'role' }));
  expect(Role).toMatchObject({
    Description: 'about',
    Tags: [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ],
  });
  expect(JSON.parse(decodeURIComponent(Role!.AssumeRolePolicyDocument!))).toEqual(JSON.parse(TRUST));
  await cloud.iam.send(new DeleteRoleCommand({ RoleName: 'role' }));
  await expect(cloud.iam.send(new GetRoleCommand({ RoleName: 'role' }))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'The role with name role cannot be found.',
    $metadata: { httpStatusCode: 404 },
  });
});

test('a role with policies, or in an instance profile, stays until they are gone', async () => {
  const cloud = await fakeCloud();
  await create(cloud);
  const remove = () => cloud.iam.send(new DeleteRoleCommand({ RoleName: 'role' }));
  const policy = { RoleName: 'role', PolicyName: 'policy' };
  await cloud.iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: PERMISSIONS }));
  await expect(remove()).rejects.toMatchObject({
    name: 'DeleteConflictException',
    message: 'Cannot delete entity, must delete policies first.',
  });
  await cloud.iam.send(new DeleteRolePolicyCommand(policy));
  const profile = { InstanceProfileName: 'profile', RoleName: 'role' };
  await cloud.iam.send(new CreateInstanceProfileCommand(profile));
  await cloud.iam.send(new AddRoleToInstanceProfileCommand(profile));
  await expect(remove()).rejects.toMatchObject({
    name: 'DeleteConflictException',
    message: 'Cannot delete entity, must remove roles from instance profile first.',
  });
  await cloud.iam.send(new RemoveRoleFromInstanceProfileCommand(profile));
  await remove();
});

test('roles are listed by pages and by path', async () => {
  const cloud = await fakeCloud();
  for (const name of ['c', 'a', 'b']) await create(cloud, name);
  await create(cloud, 'd', { Path: '/team/' });
  const list = async (input: object) => {
    const { Roles, IsTruncated, Marker } = await cloud.iam.send(new ListRolesCommand(input));
    return { names: Roles!.map(({ RoleName }) => RoleName), IsTruncated, Marker };
  };
  const first = await list({ MaxItems: 3 });
  expect(first).toMatchObject({ names: ['a', 'b', 'c'], IsTruncated: true });
  expect(await list({ MaxItems: 3, Marker: first.Marker })).toMatchObject({ names: ['d'], IsTruncated: false });
  expect(await list({ PathPrefix: '/team/' })).toMatchObject({ names: ['d'] });
});

test.each([
  ['a name that is taken', { RoleName: 'taken' }, 'EntityAlreadyExistsException'],
  ['a name with a space', { RoleName: 'a role' }, 'ValidationError'],
  ['a long name', { RoleName: 'r'.repeat(65) }, 'ValidationError'],
  ['a name that means something to JavaScript', { RoleName: '__proto__' }, 'ValidationError'],
  ['a path without a slash', { Path: 'team' }, 'ValidationError'],
  ['a trust that is not JSON', { AssumeRolePolicyDocument: 'x' }, 'MalformedPolicyDocumentException'],
  ['a trust without a principal', { AssumeRolePolicyDocument: PERMISSIONS }, 'MalformedPolicyDocumentException'],
  ['a tag of AWS', { Tags: [{ Key: 'aws:x', Value: '' }] }, 'InvalidInputException'],
])('%s is refused', async (_what, input, name) => {
  const cloud = await fakeCloud();
  await create(cloud, 'taken');
  await expect(create(cloud, 'new', input)).rejects.toMatchObject({ name });
  expect(Object.keys(cloud.state.roles)).toEqual(['taken']);
});
