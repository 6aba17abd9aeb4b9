import { expect, it } from 'vitest';
import { newState, type State } from '../state.ts';
import { authorizeAction } from './authorization.ts';

const Statement = {
  Effect: 'Allow',
  Action: 'iam:*',
  Resource: ['arn:*:iam::*:role/packer-*', 'arn:*:iam::*:instance-profile/packer-*'],
};
const roles = {
  operator: { policies: { only: JSON.stringify({ Version: '2012-10-17', Statement }) } },
} as unknown as State['roles'];
const ask = (name: string, parameters: Record<string, string>) =>
  authorizeAction(
    'query',
    { kind: 'role', role: 'operator', instanceId: 'i-1' },
    { ...newState(), roles },
    {
      service: 'iam',
      name,
      parameters,
    },
  );

it.each([
  ['CreateRole', { RoleName: 'packer-1' }],
  ['CreateInstanceProfile', { InstanceProfileName: 'packer-1' }],
  ['AddRoleToInstanceProfile', { InstanceProfileName: 'packer-1', RoleName: 'packer-1' }],
])('%s is allowed on a resource that the policy names', (name, parameters) => {
  expect(() => ask(name, parameters)).not.toThrow();
});

it.each([
  ['CreateRole', { RoleName: 'worker' }, 'arn:aws:iam::123456789012:role/worker'],
  ['DeleteInstanceProfile', { InstanceProfileName: 'worker' }, 'arn:aws:iam::123456789012:instance-profile/worker'],
  ['ListRoles', {}, '*'],
])('%s is refused on another, which the refusal names', (name, parameters, resource) => {
  expect(() => ask(name, parameters)).toThrow(`iam:${name} on resource: ${resource} because`);
});
