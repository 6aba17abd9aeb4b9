import { Fault, type Parameters, type Service } from '../service.ts';
import { ACCOUNT, type InstanceProfile, type State } from '../state.ts';
import type { IamContext } from './context.ts';
import { newId, newName, optional, readPath, readTags, required, tagList } from './names.ts';
import { paged } from './paging.ts';
import { namedRole, roleItem } from './roles.ts';

/** Instance profiles, and the one role that each may hold. */
export function instanceProfileActions({ state, now }: IamContext): Service {
  return {
    CreateInstanceProfile: parameters => {
      const instanceProfileName = newName(parameters, 'InstanceProfileName', 128);
      if (Object.hasOwn(state.instanceProfiles, instanceProfileName)) {
        throw new Fault('EntityAlreadyExists', `Instance Profile ${instanceProfileName} already exists.`, 409);
      }
      const profile: InstanceProfile = {
        instanceProfileName,
        instanceProfileId: newId('AIPA'),
        path: readPath(parameters),
        createDate: now().toISOString(),
        roles: [],
        tags: readTags(parameters),
      };
      state.instanceProfiles[instanceProfileName] = profile;
      return { InstanceProfile: profileItem(profile, state) };
    },
    GetInstanceProfile: parameters => ({ InstanceProfile: profileItem(namedProfile(state, parameters), state) }),
    ListInstanceProfiles: parameters => {
      const prefix = optional(parameters, 'PathPrefix') ?? '/';
      const profiles = Object.values(state.instanceProfiles).filter(({ path }) => path.startsWith(prefix));
      return profileList(profiles, parameters, state);
    },
    ListInstanceProfilesForRole: parameters => {
      const { roleName } = namedRole(state, parameters);
      const profiles = Object.values(state.instanceProfiles).filter(({ roles }) => roles.includes(roleName));
      return profileList(profiles, parameters, state);
    },
    TagInstanceProfile: parameters => {
      const profile = namedProfile(state, parameters);
      profile.tags = { ...profile.tags, ...readTags(parameters) };
      return {};
    },
    AddRoleToInstanceProfile: parameters => {
      const profile = namedProfile(state, parameters);
      const { roleName } = namedRole(state, parameters);
      if (profile.roles.length > 0) {
        throw new Fault('LimitExceeded', 'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1', 409);
      }
      profile.roles.push(roleName);
      return {};
    },
    RemoveRoleFromInstanceProfile: parameters => {
      const profile = namedProfile(state, parameters);
      const roleName = required(parameters, 'RoleName');
      if (!profile.roles.includes(roleName)) {
        throw new Fault('NoSuchEntity', `The role with name ${roleName} cannot be found.`, 404);
      }
      profile.roles = profile.roles.filter(role => role !== roleName);
      return {};
    },
    DeleteInstanceProfile: parameters => {
      const { instanceProfileName, roles } = namedProfile(state, parameters);
      if (roles.length > 0) {
        const message = 'Cannot delete entity, must remove roles from instance profile first.';
        throw new Fault('DeleteConflict', message, 409);
      }
      delete state.instanceProfiles[instanceProfileName];
      return {};
    },
  };
}

function namedProfile({ instanceProfiles }: State, parameters: Parameters): InstanceProfile {
  const name = required(parameters, 'InstanceProfileName');
  if (Object.hasOwn(instanceProfiles, name)) return instanceProfiles[name]!;
  throw new Fault('NoSuchEntity', `Instance Profile ${name} cannot be found.`, 404);
}

function profileList(profiles: InstanceProfile[], parameters: Parameters, state: State): object {
  const { page, position } = paged(profiles, parameters, ({ instanceProfileName }) => instanceProfileName);
  return { ...position, InstanceProfiles: page.map(profile => profileItem(profile, state)) };
}

function profileItem(profile: InstanceProfile, { roles }: State): object {
  return {
    Path: profile.path,
    InstanceProfileName: profile.instanceProfileName,
    InstanceProfileId: profile.instanceProfileId,
    Arn: `arn:aws:iam::${ACCOUNT}:instance-profile${profile.path}${profile.instanceProfileName}`,
    CreateDate: profile.createDate,
    Roles: profile.roles.flatMap(name => (roles[name] ? [roleItem(roles[name])] : [])),
    Tags: tagList(profile.tags),
  };
}
