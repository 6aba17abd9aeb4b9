import {
  CreateRoleCommand,
  DeleteRolePolicyCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { expect, test } from 'vitest';
import { type FakeCloud, fakeCloud } from '../fake-cloud.ts';
import { PERMISSIONS, TRUST } from './sample-policies.ts';

const POLICY = { RoleName: 'role', PolicyName: 'policy' };

async function cloudWithRole(): Promise<FakeCloud> {
  const cloud = await fakeCloud();
  await cloud.iam.send(new CreateRoleCommand({ RoleName: 'role', AssumeRolePolicyDocument: TRUST }));
  return cloud;
}

test('a policy is put, replaced, read, listed and deleted', async () => {
  const { iam } = await cloudWithRole();
  const put = (PolicyDocument: string) => iam.send(new PutRolePolicyCommand({ ...POLICY, PolicyDocument }));
  await put(PERMISSIONS.replace('Regions', 'Images'));
  await put(PERMISSIONS);
  const { PolicyDocument } = await iam.send(new GetRolePolicyCommand(POLICY));
  expect(decodeURIComponent(PolicyDocument!)).toBe(PERMISSIONS);
  expect(await iam.send(new ListRolePoliciesCommand(POLICY))).toMatchObject({ PolicyNames: ['policy'] });
  expect(await iam.send(new ListAttachedRolePoliciesCommand(POLICY))).toMatchObject({ AttachedPolicies: [] });
  await iam.send(new DeleteRolePolicyCommand(POLICY));
  await expect(iam.send(new GetRolePolicyCommand(POLICY))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'The role policy with name policy cannot be found.',
  });
});

test.each([
  { Action: '*', Resource: '*' },
  { NotAction: ['s3:Get*', 'iam:*'], NotResource: 'arn:aws:s3:::bucket/*' },
  { Action: 'ssm:GetParameter', Resource: 'arn:aws:ssm:*:*:parameter/x', Condition: { Null: { 'aws:x': 'true' } } },
  {
    Action: 's3:*',
    Resource: '*',
    Condition: { StringNotEqualsIgnoreCase: { 'aws:x': 'y' }, Bool: { 'aws:z': true } },
  },
  { Action: 's3:*', Resource: '*', Condition: { 'ForAllValues:StringLikeIfExists': { 'aws:x': ['y'] } } },
  {
    Action: 's3:*',
    Resource: '*',
    Condition: { NumericLessThanEquals: { 'aws:x': '1' }, NotIpAddress: { 'aws:y': '1' } },
  },
])('a statement %j is taken', async rest => {
  const { iam } = await cloudWithRole();
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...rest }] });
  await iam.send(new PutRolePolicyCommand({ ...POLICY, PolicyDocument }));
});

test.each([
  ['not JSON', '{'],
  ['without statements', '{"Version": "2012-10-17"}'],
  ['of no version', '{"Statement": []}'],
  ['with a principal', TRUST.replace('"Principal"', '"Resource": "*", "Principal"')],
  ['without an effect', PERMISSIONS.replace('"Effect":"Allow",', '')],
  ['with an element that there is not', PERMISSIONS.replace('"Effect"', '"Colour":"red","Effect"')],
  ['with a resource that has no ARN', PERMISSIONS.replace('["*"]', '"bucket/*"')],
  ['with an action of no service', PERMISSIONS.replace('ec2:DescribeRegions', 'S3-GetObject')],
  [
    'with a condition that there is not',
    PERMISSIONS.replace('"Effect"', '"Condition":{"StringSame":{"aws:SourceIp":"1"}},"Effect"'),
  ],
])('a document %s is refused, and the old one stays', async (_what, PolicyDocument) => {
  const { iam, state } = await cloudWithRole();
  await iam.send(new PutRolePolicyCommand({ ...POLICY, PolicyDocument: PERMISSIONS }));
  await expect(iam.send(new PutRolePolicyCommand({ ...POLICY, PolicyDocument }))).rejects.toMatchObject({
    name: 'MalformedPolicyDocumentException',
  });
  expect(state.roles.role!.policies).toEqual({ policy: PERMISSIONS });
});
