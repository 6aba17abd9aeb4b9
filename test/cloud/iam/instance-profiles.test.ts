import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  DeleteInstanceProfileCommand,
  GetInstanceProfileCommand,
  ListInstanceProfilesCommand,
  ListInstanceProfilesForRoleCommand,
  RemoveRoleFromInstanceProfileCommand,
  TagInstanceProfileCommand,
} from '@aws-sdk/client-iam';
import { expect, test } from 'vitest';
import { fakeCloud } from '../fake-cloud.ts';
import { TRUST } from './sample-policies.ts';

const PROFILE = { InstanceProfileName: 'profile' };
const BOTH = { ...PROFILE, RoleName: 'role' };

test('a profile holds one role, and stays while it does', async () => {
  const { iam } = await fakeCloud();
  await iam.send(new CreateRoleCommand({ RoleName: 'role', AssumeRolePolicyDocument: TRUST }));
  await iam.send(new CreateInstanceProfileCommand(PROFILE));
  await expect(iam.send(new CreateInstanceProfileCommand(PROFILE))).rejects.toMatchObject({
    name: 'EntityAlreadyExistsException',
  });
  await iam.send(new AddRoleToInstanceProfileCommand(BOTH));
  await expect(iam.send(new AddRoleToInstanceProfileCommand(BOTH))).rejects.toMatchObject({
    name: 'LimitExceededException',
  });
  await iam.send(new TagInstanceProfileCommand({ ...PROFILE, Tags: [{ Key: 'a', Value: '1' }] }));
  const { InstanceProfile } = await iam.send(new GetInstanceProfileCommand(PROFILE));
  expect(InstanceProfile).toMatchObject({
    Arn: 'arn:aws:iam::123456789012:instance-profile/profile',
    Roles: [{ RoleName: 'role' }],
    Tags: [{ Key: 'a', Value: '1' }],
  });
  const forRole = await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: 'role' }));
  expect(forRole.InstanceProfiles).toMatchObject([PROFILE]);
  await expect(iam.send(new DeleteInstanceProfileCommand(PROFILE))).rejects.toMatchObject({
    name: 'DeleteConflictException',
  });
  await iam.send(new RemoveRoleFromInstanceProfileCommand(BOTH));
  await iam.send(new DeleteInstanceProfileCommand(PROFILE));
  expect(await iam.send(new ListInstanceProfilesCommand({}))).toMatchObject({ InstanceProfiles: [] });
});

test('what does not exist is refused in the words of IAM', async () => {
  const { iam } = await fakeCloud();
  await expect(iam.send(new GetInstanceProfileCommand(PROFILE))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'Instance Profile profile cannot be found.',
  });
  await iam.send(new CreateInstanceProfileCommand(PROFILE));
  for (const command of [new AddRoleToInstanceProfileCommand(BOTH), new RemoveRoleFromInstanceProfileCommand(BOTH)]) {
    await expect(iam.send(command as AddRoleToInstanceProfileCommand)).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
  }
});
