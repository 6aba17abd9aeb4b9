import { Fault, type Parameters, type Service } from '../service.ts';
import type { Role } from '../state.ts';
import type { IamContext } from './context.ts';
import { managedPolicyName } from './managed-policies.ts';
import { newName, required } from './names.ts';
import { paged } from './paging.ts';
import { checkPermissions } from './policy-document.ts';
import { namedRole } from './roles.ts';

/** The policies of roles: inline ones, and a few of those that AWS manages. */
export function rolePolicyActions({ state }: IamContext): Service {
  return {
    PutRolePolicy: parameters => {
      const role = namedRole(state, parameters);
      const policyName = newName(parameters, 'PolicyName', 128);
      const document = required(parameters, 'PolicyDocument');
      checkPermissions(document);
      role.policies[policyName] = document;
      return {};
    },
    GetRolePolicy: parameters => {
      const role = namedRole(state, parameters);
      const PolicyName = policyNameOf(role, parameters);
      return {
        RoleName: role.roleName,
        PolicyName,
        PolicyDocument: encodeURIComponent(role.policies[PolicyName]!),
      };
    },
    ListRolePolicies: parameters => {
      const names = Object.keys(namedRole(state, parameters).policies);
      const { page, position } = paged(names, parameters, name => name);
      return { ...position, PolicyNames: page };
    },
    AttachRolePolicy: parameters => {
      const role = namedRole(state, parameters);
      const arn = required(parameters, 'PolicyArn');
      if (!managedPolicyName(arn)) {
        throw new Fault(
          'NoSuchEntity',
          `Policy ${arn} does not exist or is not attachable: the local cloud lacks it.`,
          404,
        );
      }
      role.managedPolicies = [...new Set([...(role.managedPolicies ?? []), arn])];
      return {};
    },
    DetachRolePolicy: parameters => {
      const role = namedRole(state, parameters);
      const arn = required(parameters, 'PolicyArn');
      if (!role.managedPolicies?.includes(arn)) {
        throw new Fault('NoSuchEntity', `Policy ${arn} was not found.`, 404);
      }
      role.managedPolicies = role.managedPolicies.filter(attached => attached !== arn);
      return {};
    },
    ListAttachedRolePolicies: parameters => {
      const { managedPolicies = [] } = namedRole(state, parameters);
      const { page, position } = paged(managedPolicies, parameters, arn => arn);
      const AttachedPolicies = page.map(PolicyArn => ({ PolicyName: managedPolicyName(PolicyArn), PolicyArn }));
      return { ...position, AttachedPolicies };
    },
    DeleteRolePolicy: parameters => {
      const role = namedRole(state, parameters);
      delete role.policies[policyNameOf(role, parameters)];
      return {};
    },
  };
}

function policyNameOf({ policies }: Role, parameters: Parameters): string {
  const name = required(parameters, 'PolicyName');
  if (Object.hasOwn(policies, name)) return name;
  throw new Fault('NoSuchEntity', `The role policy with name ${name} cannot be found.`, 404);
}
