import { Fault, type Parameters, type Service } from '../service.ts';
import type { Instance, State } from '../state.ts';
import type { Ec2Context } from './context.ts';
import { find, INSTANCE, SECURITY_GROUP, select } from './identifiers.ts';
import { metadataOptions } from './instances.ts';
import { readInstanceType, readUserData } from './launch-request.ts';
import { choice, integer, invalidValue, list, optional, required, structure } from './parameters.ts';

/** ModifyInstanceAttribute and ModifyInstanceMetadataOptions. */
export function instanceAttributeActions({ state }: Ec2Context): Service {
  const named = (parameters: Parameters): Instance =>
    find(state.instances, required(parameters, 'InstanceId'), INSTANCE);
  return {
    ModifyInstanceAttribute: parameters => {
      const instance = named(parameters);
      for (const [name, value] of givenAttributes(parameters)) {
        if (!Object.hasOwn(ATTRIBUTES, name)) {
          throw invalidValue('attribute', name, `the local cloud knows ${Object.keys(ATTRIBUTES).join(', ')}`);
        }
        ATTRIBUTES[name]!(instance, value, state);
      }
      const groups = list(parameters, 'GroupId');
      if (groups.length > 0) {
        instance.securityGroupIds = select(state.securityGroups, groups, SECURITY_GROUP).map(({ groupId }) => groupId);
      }
      return { return: true };
    },
    ModifyInstanceMetadataOptions: parameters => {
      const instance = named(parameters);
      const tokens = choice(parameters, 'HttpTokens', ['optional', 'required']);
      const endpoint = choice(parameters, 'HttpEndpoint', ['enabled', 'disabled']);
      const hopLimit = integer(parameters, 'HttpPutResponseHopLimit');
      if (tokens) instance.httpTokens = tokens;
      if (endpoint) instance.httpEndpoint = endpoint;
      if (hopLimit !== undefined) instance.httpPutResponseHopLimit = hopLimit;
      return { instanceId: instance.instanceId, instanceMetadataOptions: metadataOptions(instance) };
    },
  };
}

/** What each attribute does with its value, which comes as text. */
const ATTRIBUTES: Record<string, (instance: Instance, value: string, state: State) => void> = {
  // Machines here have enhanced networking as they have a network: nothing changes.
  enaSupport: () => {},
  instanceInitiatedShutdownBehavior: (instance, value) => {
    if (value !== 'stop' && value !== 'terminate') {
      throw invalidValue('instanceInitiatedShutdownBehavior', value, 'it must be stop or terminate');
    }
    instance.shutdownBehavior = value;
  },
  instanceType: (instance, value) => {
    requireStopped(instance, 'instanceType');
    instance.instanceType = readInstanceType(value, instance.architecture);
  },
  userData: (instance, value) => {
    requireStopped(instance, 'userData');
    const userData = readUserData(value);
    if (userData) instance.userData = userData;
    else delete instance.userData;
  },
};

/** EC2 takes `UserData.Value=x`, `EnaSupport.Value=true`, and `Attribute=userData&Value=x`. */
function givenAttributes(parameters: Parameters): [string, string][] {
  const attribute = optional(parameters, 'Attribute');
  const structured = Object.keys(parameters)
    .filter(name => !['InstanceId', 'Attribute', 'Value', 'DryRun', 'GroupId'].includes(name))
    .map((name): [string, string] => {
      const value = optional(structure(parameters, name), 'Value') ?? '';
      return [name.charAt(0).toLowerCase() + name.slice(1), value];
    });
  return attribute === undefined ? structured : [...structured, [attribute, required(parameters, 'Value')]];
}

function requireStopped({ instanceId, state }: Instance, attribute: string): void {
  if (state === 'stopped') return;
  const message = `The instance '${instanceId}' is not in the 'stopped' state; its ${attribute} can't be changed.`;
  throw new Fault('IncorrectInstanceState', message);
}
