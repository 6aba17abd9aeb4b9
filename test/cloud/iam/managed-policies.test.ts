import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { expect, test } from 'vitest';
import { identityDecision } from '../endpoint/authorization.ts';
import { fakeCloud } from '../fake-cloud.ts';
import { PERMISSIONS, TRUST } from './sample-policies.ts';

const RoleName = 'role';
const PolicyArn = 'arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy';

test('a policy of AWS is attached, counts, and has to go before the role does', async () => {
  const { iam, state } = await fakeCloud();
  await iam.send(
    new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST, Tags: [{ Key: 'a', Value: '1' }] }),
  );
  const may = (action: string, resource = '*') =>
    identityDecision({ kind: 'role', role: RoleName, instanceId: 'i-1' }, state.roles, { action, resource });
  expect(may('logs:CreateLogGroup')).toBe('not allowed');
  await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
  expect(may('logs:CreateLogGroup')).toBe('allowed');
  expect(may('ssm:GetParameter', 'arn:aws:ssm:us-east-1:1:parameter/AmazonCloudWatch-x')).toBe('allowed');
  expect(may('ssm:GetParameter', 'arn:aws:ssm:us-east-1:1:parameter/other')).toBe('not allowed');
  const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
  expect(AttachedPolicies).toEqual([{ PolicyName: 'CloudWatchAgentServerPolicy', PolicyArn }]);
  await expect(iam.send(new DeleteRoleCommand({ RoleName }))).rejects.toMatchObject({
    message: 'Cannot delete entity, must detach all policies first.',
  });
  await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
  await expect(iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: `Policy ${PolicyArn} was not found.`,
  });
  await iam.send(new DeleteRoleCommand({ RoleName }));
});

test('a policy that the local cloud lacks is refused; tags and trust of a role can change', async () => {
  const { iam } = await fakeCloud();
  await iam.send(
    new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST, Tags: [{ Key: 'a', Value: '1' }] }),
  );
  const unknown = 'arn:aws:iam::aws:policy/AdministratorAccess';
  await expect(iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: unknown }))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: expect.stringContaining(`Policy ${unknown} does not exist or is not attachable`),
  });
  await iam.send(new UntagRoleCommand({ RoleName, TagKeys: ['a'] }));
  const changed = TRUST.replace('ec2.amazonaws.com', 'ssm.amazonaws.com');
  await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: changed }));
  const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
  expect(Role!.Tags ?? []).toEqual([]);
  expect(decodeURIComponent(Role!.AssumeRolePolicyDocument!)).toBe(changed);
  const wrong = iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: PERMISSIONS }));
  await expect(wrong).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' });
});
