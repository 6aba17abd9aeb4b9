import { Fault, type Service } from '../service.ts';
import type { Instance, State } from '../state.ts';
import type { Ec2Context } from './context.ts';
import { INSTANCE, newId, VOLUME } from './identifiers.ts';
import { startInstance } from './instance-lifecycle.ts';
import { reservation } from './instances.ts';
import { type LaunchRequest, readLaunchRequest } from './launch-request.ts';

/** RunInstances. A repeated client token gives the instances of the first call. */
export function runInstancesActions(context: Ec2Context): Service {
  const { state } = context;
  const oneByOne = queue();
  return {
    RunInstances: (parameters, { caller }) =>
      // One after the other: addresses must not be given twice, and a repeated call must find what the first one made.
      oneByOne(async () => {
        const request = readLaunchRequest(state, parameters, caller);
        const repeated = launchedBefore(state, request);
        if (repeated.length > 0) return reservation(repeated, state);
        const instances = await addInstances(context, request);
        for (const instance of instances) startInstance(context, instance);
        return reservation(instances, state);
      }),
  };
}

function launchedBefore({ instances }: State, { clientToken, image, settings }: LaunchRequest): Instance[] {
  if (clientToken === undefined) return [];
  const launched = Object.values(instances).filter(instance => instance.clientToken === clientToken);
  const isSame = ({ imageId, instanceType, keyName }: Instance) =>
    imageId === image.imageId && instanceType === settings.instanceType && keyName === settings.keyName;
  if (launched.every(isSame)) return launched;
  const message = 'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).';
  throw new Fault('IdempotentParameterMismatch', message);
}

/** Adds them all or, when there is no address for one of them, none. */
async function addInstances(context: Ec2Context, request: LaunchRequest): Promise<Instance[]> {
  const { instances, volumes } = context.state;
  const reservationId = newId('r');
  const added: Instance[] = [];
  try {
    while (added.length < request.count) added.push(await addInstance(context, request, reservationId));
    return added;
  } catch (error) {
    for (const { instanceId, volumeId } of added) {
      delete instances[instanceId];
      delete volumes[volumeId];
    }
    throw error;
  }
}

async function addInstance(context: Ec2Context, request: LaunchRequest, reservationId: string): Promise<Instance> {
  const { state, now } = context;
  const { image, settings, rootVolume, clientToken } = request;
  const addresses = await freeAddresses(context, request);
  const instanceId = newId(INSTANCE.prefix);
  const volumeId = newId(VOLUME.prefix);
  const time = now().toISOString();
  state.volumes[volumeId] = {
    volumeId,
    ...rootVolume,
    state: 'in-use',
    createTime: time,
    instanceId,
    device: image.rootDeviceName,
    tags: request.volumeTags,
  };
  const instance: Instance = {
    instanceId,
    imageId: image.imageId,
    state: 'pending',
    architecture: image.architecture,
    launchTime: time,
    ...addresses,
    ...settings,
    layers: image.layers,
    rootDeviceName: image.rootDeviceName,
    volumeId,
    reservationId,
    ...(clientToken === undefined ? {} : { clientToken }),
    tags: request.instanceTags,
  };
  state.instances[instanceId] = instance;
  return instance;
}

function freeAddresses({ state, machines }: Ec2Context, { settings, publicIp }: LaunchRequest) {
  const alive = Object.values(state.instances).filter(instance => instance.state !== 'terminated');
  const cidrBlock = state.subnets[settings.subnetId]?.cidrBlock ?? '';
  return machines.allocate({
    network: cidrBlock.split('.', 3).join('.'),
    isPublic: publicIp,
    privateIps: alive.map(({ privateIp }) => privateIp),
    publicIps: alive.flatMap(({ publicIp }) => publicIp ?? []),
  });
}

/** Runs tasks one after the other; a task that fails does not keep the next one from running. */
function queue(): <Result>(task: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return task => {
    const result = last.then(task, task);
    last = result.catch(() => {});
    return result;
  };
}
