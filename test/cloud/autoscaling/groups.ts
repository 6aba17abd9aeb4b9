import { randomUUID } from 'node:crypto';
import { Fault, type Parameters, type Service } from '../service.ts';
import { ACCOUNT, REGION, type State } from '../state.ts';
import { isActive, stamp } from './activities.ts';
import type { AutoScalingContext } from './context.ts';
import { type AutoScalingGroup, namedGroup } from './group.ts';
import { groupItem } from './group-item.ts';
import { readGroup, readSizes } from './group-request.ts';
import { checkLaunch } from './launch.ts';
import { paged } from './paging.ts';
import { flag, list, required } from './parameters.ts';
import { readTags, withTags } from './tags.ts';

/** CreateAutoScalingGroup, UpdateAutoScalingGroup, DeleteAutoScalingGroup and DescribeAutoScalingGroups. */
export function groupActions(context: AutoScalingContext): Service {
  const { state, now } = context;
  return {
    CreateAutoScalingGroup: async (parameters, { caller }) => {
      const name = newName(state, parameters);
      const sizes = readSizes(parameters);
      const { subnetIds, ...given } = readGroup(state, parameters);
      if (!given.launchTemplate && !given.mixedInstancesPolicy) {
        const sources = 'LaunchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter';
        throw new Fault('ValidationError', `Valid requests must contain either ${sources}.`);
      }
      if (!subnetIds) {
        throw new Fault('ValidationError', 'At least one Availability Zone or VPC Subnet is required.');
      }
      const group: AutoScalingGroup = {
        name,
        arn: `arn:aws:autoscaling:${REGION}:${ACCOUNT}:autoScalingGroup:${randomUUID()}:autoScalingGroupName/${name}`,
        createdTime: now().toISOString(),
        ...sizes,
        terminationPolicies: ['Default'],
        newInstancesProtectedFromScaleIn: false,
        settings: {},
        ...given,
        subnetIds,
        suspendedProcesses: [],
        tags: readTags(parameters, caller),
        instances: {},
        request: `At ${stamp(context)} a user request created an AutoScalingGroup changing the desired capacity from 0 to ${sizes.desiredCapacity}.`,
        failures: 0,
      };
      await checkLaunch(context, group);
      newName(state, parameters);
      state.autoScalingGroups[name] = group;
      return {};
    },
    UpdateAutoScalingGroup: async parameters => {
      const group = namedGroup(state, parameters);
      refuseDeleting(group);
      const sizes = readSizes(parameters, group);
      const { settings, ...given } = readGroup(state, parameters);
      const changed: AutoScalingGroup = { ...group, ...given, ...sizes, settings: { ...group.settings, ...settings } };
      if (given.launchTemplate) delete changed.mixedInstancesPolicy;
      if (given.mixedInstancesPolicy) delete changed.launchTemplate;
      if (given.launchTemplate || given.mixedInstancesPolicy || given.subnetIds) await checkLaunch(context, changed);
      const { minSize, maxSize, desiredCapacity } = sizes;
      if (desiredCapacity !== group.desiredCapacity) {
        const limits = `min: ${minSize}, max: ${maxSize}, desired: ${desiredCapacity}`;
        const change = `changing the desired capacity from ${group.desiredCapacity} to ${desiredCapacity}`;
        group.request = `At ${stamp(context)} a user request update of AutoScalingGroup constraints to ${limits} ${change}.`;
      }
      // What was asked for now is tried now.
      delete group.nextLaunch;
      if (given.launchTemplate) delete group.mixedInstancesPolicy;
      if (given.mixedInstancesPolicy) delete group.launchTemplate;
      Object.assign(group, given, sizes, { settings: changed.settings });
      return {};
    },
    DeleteAutoScalingGroup: parameters => {
      const group = namedGroup(state, parameters);
      if (flag(parameters, 'ForceDelete')) {
        group.deleting = true;
        group.desiredCapacity = 0;
        group.minSize = 0;
        return {};
      }
      if (Object.keys(group.instances).length > 0) {
        const message = 'You cannot delete an AutoScalingGroup while there are instances still in the group.';
        throw new Fault('ResourceInUse', message);
      }
      if (isActive(context, group)) {
        const message = 'You cannot delete an AutoScalingGroup while there are scaling activities in progress for it.';
        throw new Fault('ScalingActivityInProgress', message);
      }
      delete state.autoScalingGroups[group.name];
      return {};
    },
    DescribeAutoScalingGroups: parameters => {
      const names = list(parameters, 'AutoScalingGroupNames');
      const listed = Object.values(state.autoScalingGroups).filter(
        ({ name }) => names.length === 0 || names.includes(name),
      );
      const matching = withTags(listed, parameters);
      const { items, NextToken } = paged(matching, parameters, ({ name }) => name, { unasked: 50, most: 100 });
      const withInstances = flag(parameters, 'IncludeInstances') !== false;
      return { AutoScalingGroups: items.map(group => groupItem(group, withInstances)), NextToken };
    },
  };
}

/** Throws for a group that is on its way out. */
export function refuseDeleting({ name, deleting }: AutoScalingGroup): void {
  if (deleting) throw new Fault('ValidationError', `AutoScalingGroup ${name} is pending delete`);
}

function newName(state: State, parameters: Parameters): string {
  const name = required(parameters, 'AutoScalingGroupName');
  if (name.length > 255 || name.includes(':') || name === '__proto__') {
    throw new Fault('ValidationError', `The group name '${name}' is invalid: at most 255 characters, no colon.`);
  }
  const known = state.autoScalingGroups[name];
  if (!known) return name;
  const message = `AutoScalingGroup by this name already exists - A group with the name ${name} already exists`;
  throw new Fault('AlreadyExists', known.deleting ? `${message} and is pending delete` : message);
}
