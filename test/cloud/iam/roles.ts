import { Fault, type Parameters, type Service } from '../service.ts';
import { ACCOUNT, type Role, type State } from '../state.ts';
import type { IamContext } from './context.ts';
import { newId, newName, optional, readPath, readTags, required, tagList } from './names.ts';
import { paged } from './paging.ts';
import { checkTrust } from './policy-document.ts';

/** Roles, without their policies. */
export function roleActions({ state, now }: IamContext): Service {
  return {
    CreateRole: (parameters, { caller }) => {
      const roleName = newName(parameters, 'RoleName', 64);
      if (Object.hasOwn(state.roles, roleName)) {
        throw new Fault('EntityAlreadyExists', `Role with name ${roleName} already exists.`, 409);
      }
      const assumeRolePolicyDocument = required(parameters, 'AssumeRolePolicyDocument');
      checkTrust(assumeRolePolicyDocument);
      const role: Role = {
        roleName,
        roleId: newId('AROA'),
        path: readPath(parameters),
        description: optional(parameters, 'Description') ?? '',
        createDate: now().toISOString(),
        assumeRolePolicyDocument,
        policies: {},
        tags: readTags(parameters, caller),
      };
      state.roles[roleName] = role;
      return { Role: roleItem(role) };
    },
    GetRole: parameters => ({ Role: roleItem(namedRole(state, parameters)) }),
    ListRoles: parameters => {
      const prefix = optional(parameters, 'PathPrefix') ?? '/';
      const roles = Object.values(state.roles).filter(({ path }) => path.startsWith(prefix));
      const { page, position } = paged(roles, parameters, ({ roleName }) => roleName);
      return { ...position, Roles: page.map(roleItem) };
    },
    TagRole: (parameters, { caller }) => {
      const role = namedRole(state, parameters);
      role.tags = { ...role.tags, ...readTags(parameters, caller) };
      return {};
    },
    UntagRole: parameters => {
      const role = namedRole(state, parameters);
      const keys: unknown[] = [parameters.TagKeys ?? []].flat();
      role.tags = Object.fromEntries(Object.entries(role.tags).filter(([key]) => !keys.includes(key)));
      return {};
    },
    UpdateAssumeRolePolicy: parameters => {
      const role = namedRole(state, parameters);
      const document = required(parameters, 'PolicyDocument');
      checkTrust(document);
      role.assumeRolePolicyDocument = document;
      return {};
    },
    DeleteRole: parameters => {
      const { roleName, policies, managedPolicies = [] } = namedRole(state, parameters);
      if (managedPolicies.length > 0) {
        throw new Fault('DeleteConflict', 'Cannot delete entity, must detach all policies first.', 409);
      }
      if (Object.keys(policies).length > 0) {
        throw new Fault('DeleteConflict', 'Cannot delete entity, must delete policies first.', 409);
      }
      if (Object.values(state.instanceProfiles).some(({ roles }) => roles.includes(roleName))) {
        const message = 'Cannot delete entity, must remove roles from instance profile first.';
        throw new Fault('DeleteConflict', message, 409);
      }
      delete state.roles[roleName];
      return {};
    },
  };
}

/** The role that RoleName names. Throws NoSuchEntity. */
export function namedRole({ roles }: State, parameters: Parameters): Role {
  const name = required(parameters, 'RoleName');
  if (Object.hasOwn(roles, name)) return roles[name]!;
  throw new Fault('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
}

/** A role as IAM answers it: policy documents are URL encoded. */
export function roleItem(role: Role): object {
  return {
    Path: role.path,
    RoleName: role.roleName,
    RoleId: role.roleId,
    Arn: `arn:aws:iam::${ACCOUNT}:role${role.path}${role.roleName}`,
    CreateDate: role.createDate,
    AssumeRolePolicyDocument: encodeURIComponent(role.assumeRolePolicyDocument),
    Description: role.description || undefined,
    MaxSessionDuration: 3600,
    Tags: tagList(role.tags),
  };
}
