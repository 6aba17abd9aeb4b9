import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { authorizeAction } from '../test/cloud/endpoint/authorization.ts';
import type { Parameters } from '../test/cloud/service.ts';
import { newState, type State, type Tags } from '../test/cloud/state.ts';

// What the policies allow and refuse, as the local cloud evaluates them: with the resources, tags and roles that AWS would
// look at.

const tagged: Record<string, Tags> = {
  none: {},
  build: { Name: 'building lava-1', BuildId: 'b' },
  image: { Name: 'lava-1', BuildId: 'b' },
  launch: { Name: 'lava-launch-1' },
  old: { Name: 'lava-0' },
  foreign: { Name: 'database' },
};

function state(policy: string): State {
  const of = (prefix: string) =>
    Object.fromEntries(Object.entries(tagged).map(([name, tags]) => [`${prefix}-${name}`, { tags, keyName: name }]));
  const things = Object.fromEntries(
    Object.entries({ images: 'ami', snapshots: 'snap', instances: 'i', volumes: 'vol', keyPairs: 'key' }).map(
      ([collection, prefix]) => [collection, of(prefix)],
    ),
  );
  const text = readFileSync(new URL(`${policy}-policy.json`, import.meta.url), 'utf8');
  const instanceProfiles = { 'packer-1': { roles: ['packer-1'] }, worker: { roles: ['worker'] } };
  return { ...newState(), ...things, instanceProfiles, roles: { caller: { policies: { policy: text } } } } as never;
}

function isAllowed(policy: string, call: string, parameters: Parameters): boolean {
  const [service = '', name = ''] = call.split(':');
  try {
    const caller = { kind: 'role', role: 'caller', instanceId: 'i-1' } as const;
    authorizeAction('query', caller, state(policy), { service, name, parameters });
    return true;
  } catch (error) {
    expect((error as Error).message).toContain('not authorized');
    return false;
  }
}

const one = (...resources: string[]) => ({ ResourceId: resources, Tag: [{ Key: 'BuildId', Value: 'b' }] });
const birth = (type: string) => ({ TagSpecification: [{ ResourceType: type, Tag: [{ Key: 'BuildId', Value: 'b' }] }] });

const OPERATOR: [boolean, string, Parameters][] = [
  [true, 'ssm:GetParameter', { Name: '/aws/service/ami-amazon-linux-latest/al2023' }],
  [false, 'ssm:GetParameter', { Name: '/aws/reference/secretsmanager/password' }],
  [false, 'ssm:GetParameter', { Name: '/database/password' }],
  [false, 'ssm:GetParameter', { Name: 'password' }],
  [true, 'ec2:RunInstances', { IamInstanceProfile: { Name: 'packer-1' }, ...birth('instance') }],
  [false, 'ec2:RunInstances', { IamInstanceProfile: { Name: 'worker' } }],
  [true, 'ec2:CreateKeyPair', { KeyName: 'lava-ami-b', ...birth('key-pair') }],
  [false, 'ec2:CreateLaunchTemplate', { ...birth('launch-template') }],
  [true, 'ec2:CreateImage', { InstanceId: 'i-build', ...birth('image') }],
  [false, 'ec2:CreateImage', { InstanceId: 'i-foreign' }],
  [false, 'ec2:CreateImage', { InstanceId: 'i-none' }],
  [true, 'ec2:CopyImage', { SourceImageId: 'ami-none', ...birth('image') }],
  [true, 'ec2:TerminateInstances', { InstanceId: ['i-build'] }],
  [true, 'ec2:TerminateInstances', { InstanceId: ['i-launch'] }],
  [false, 'ec2:TerminateInstances', { InstanceId: ['i-foreign'] }],
  [false, 'ec2:TerminateInstances', { InstanceId: ['i-none'] }],
  [false, 'ec2:TerminateInstances', { InstanceId: ['i-build', 'i-foreign'] }],
  [true, 'ec2:StopInstances', { InstanceId: ['i-build'] }],
  [false, 'ec2:StopInstances', { InstanceId: ['i-foreign'] }],
  [true, 'ec2:DeleteKeyPair', { KeyName: 'build' }],
  [true, 'ec2:DeleteKeyPair', { KeyName: 'launch' }],
  [false, 'ec2:DeleteKeyPair', { KeyName: 'foreign' }],
  [true, 'ec2:DeleteVolume', { VolumeId: 'vol-build' }],
  [false, 'ec2:DeleteVolume', { VolumeId: 'vol-none' }],
  ...['ec2:DeregisterImage', 'ec2:ModifyImageAttribute'].flatMap((call): [boolean, string, Parameters][] => [
    [true, call, { ImageId: 'ami-build' }],
    [true, call, { ImageId: 'ami-image' }],
    [true, call, { ImageId: 'ami-none' }],
    [false, call, { ImageId: 'ami-foreign' }],
    [false, call, { ImageId: 'ami-old' }],
  ]),
  [true, 'ec2:DeleteSnapshot', { SnapshotId: 'snap-none' }],
  [false, 'ec2:DeleteSnapshot', { SnapshotId: 'snap-foreign' }],
  [true, 'ec2:CreateTags', one('ami-none', 'snap-none')],
  [true, 'ec2:CreateTags', one('ami-build', 'i-build')],
  [false, 'ec2:CreateTags', one('ami-none', 'ami-foreign')],
  [false, 'ec2:CreateTags', one('i-none')],
  [false, 'ec2:CreateTags', one('i-foreign')],
  [false, 'ec2:CreateTags', one('subnet-1')],
  [true, 'iam:CreateRole', { RoleName: 'packer-1' }],
  [false, 'iam:PutRolePolicy', { RoleName: 'worker' }],
  [true, 'iam:AddRoleToInstanceProfile', { InstanceProfileName: 'packer-1', RoleName: 'packer-1' }],
  [false, 'iam:AddRoleToInstanceProfile', { InstanceProfileName: 'packer-1', RoleName: 'worker' }],
  ...['RegisterImage', 'CreateSnapshot', 'CreateVolume', 'ModifyInstanceAttribute', 'ModifySnapshotAttribute'].map(
    (name): [boolean, string, Parameters] => [false, `ec2:${name}`, {}],
  ),
  [false, 'ec2:DeleteTags', one('ami-build')],
];

it.each(OPERATOR)('the operator: %s for %s %j', (allowed, call, parameters) => {
  expect(isAllowed('operator', call, parameters)).toBe(allowed);
});

const HOUSEKEEPING: [boolean, string, Parameters][] = [
  ...['ec2:DeregisterImage', 'ec2:EnableImageDeprecation'].flatMap((call): [boolean, string, Parameters][] => [
    ...['build', 'image', 'old', 'none'].map((name): [boolean, string, Parameters] => [
      true,
      call,
      { ImageId: `ami-${name}` },
    ]),
    [false, call, { ImageId: 'ami-foreign' }],
  ]),
  [true, 'ec2:DeleteSnapshot', { SnapshotId: 'snap-none' }],
  [false, 'ec2:DeleteSnapshot', { SnapshotId: 'snap-foreign' }],
  [true, 'ec2:TerminateInstances', { InstanceId: ['i-build'] }],
  [false, 'ec2:TerminateInstances', { InstanceId: ['i-none'] }],
  [true, 'ec2:ModifySnapshotAttribute', { SnapshotId: 'snap-image' }],
  [true, 'ec2:CreateTags', one('ami-image', 'snap-image')],
  [false, 'ec2:CreateTags', one('i-build')],
];

it.each(HOUSEKEEPING)('housekeeping: %s for %s %j', (allowed, call, parameters) => {
  expect(isAllowed('housekeeping', call, parameters)).toBe(allowed);
});
