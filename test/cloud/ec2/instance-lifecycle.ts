import { AddressTaken, type DownListener, type Machine } from '../instances/machines.ts';
import { Fault, type Service } from '../service.ts';
import type { Instance, State } from '../state.ts';
import type { Ec2Context } from './context.ts';
import { INSTANCE, select } from './identifiers.ts';
import { removeUnusedLayers } from './image-files.ts';
import { flag, list } from './parameters.ts';

/** EC2's numbers for the states. */
const STATE_CODES: Record<Instance['state'], number> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

type Reason = NonNullable<Instance['stateReason']>;

const BY_USER: Reason = {
  code: 'Client.UserInitiatedShutdown',
  message: 'Client.UserInitiatedShutdown: User initiated shutdown',
};
const BY_INSTANCE: Reason = {
  code: 'Client.InstanceInitiatedShutdown',
  message: 'Client.InstanceInitiatedShutdown: Instance initiated shutdown',
};
const BY_BREAKDOWN: Reason = {
  code: 'Server.InternalError',
  message: 'Server.InternalError: Internal error on launch',
};

/** Start-, Stop-, Reboot- and TerminateInstances. They answer at once; what they ask for happens afterwards. */
export function lifecycleActions(context: Ec2Context): Service {
  const named = (parameters: Record<string, unknown>): Instance[] => {
    const ids = list(parameters, 'InstanceId');
    if (ids.length === 0) throw new Fault('MissingParameter', 'The request must contain the parameter InstanceId');
    return select(context.state.instances, ids, INSTANCE);
  };
  return {
    StartInstances: parameters => {
      const instances = named(parameters);
      for (const instance of instances) requireState(instance, ['stopped', 'pending', 'running'], 'started');
      return changes(instances, instance => {
        if (instance.state === 'stopped') startInstance(context, instance);
      });
    },
    StopInstances: parameters => {
      const instances = named(parameters);
      const force = flag(parameters, 'Force') === true;
      for (const instance of instances) requireState(instance, ['running', 'stopping', 'stopped'], 'stopped');
      return changes(instances, instance => {
        if (instance.state === 'running') stopInstance(context, instance, force);
      });
    },
    RebootInstances: parameters => {
      const instances = named(parameters);
      for (const instance of instances) requireState(instance, ['pending', 'running'], 'rebooted');
      for (const instance of instances) rebootInstance(context, instance);
      return { return: true };
    },
    TerminateInstances: parameters =>
      changes(named(parameters), instance => {
        if (instance.state !== 'terminated') terminateInstance(context, instance, BY_USER);
      }),
  };
}

/**
 * Boots an instance's machine: pending, then running. A new machine that can't be booted ends as terminated; one that
 * was stopped goes back to being stopped, with its disk.
 */
export function startInstance(context: Ec2Context, instance: Instance): void {
  const { changed, log } = context;
  const { instanceId } = instance;
  const wasStopped = instance.state === 'stopped';
  instance.state = 'pending';
  instance.launchTime = context.now().toISOString();
  delete instance.stateReason;
  inTurn(context, instance, 'pending', 'Booting', async () => {
    try {
      await boot(context, instance);
    } catch (error) {
      log(`${instanceId} can't be booted: ${(error as Error).stack}`);
      const message = `Server.InternalError: ${(error as Error).message}`;
      const reason = { code: 'Server.InternalError', message };
      if (!wasStopped) terminateInstance(context, instance, reason);
      else if (hasState(instance, 'pending')) Object.assign(instance, { state: 'stopped', stateReason: reason });
      changed();
      return;
    }
    if (hasState(instance, 'pending')) instance.state = 'running';
    changed();
  });
}

/** EC2 gives an instance another public address at each start; here, it gets one when it has lost its own. */
async function boot({ machines, state }: Ec2Context, instance: Instance): Promise<void> {
  try {
    await machines.boot(machineOf(instance));
  } catch (error) {
    if (!(error instanceof AddressTaken)) throw error;
    const network = instance.privateIp.split('.', 3).join('.');
    const publicIps = Object.values(state.instances).flatMap(({ publicIp }) => publicIp ?? []);
    const { publicIp } = await machines.allocate({ network, isPublic: true, privateIps: [], publicIps });
    Object.assign(instance, { publicIp });
    await machines.boot(machineOf(instance));
  }
}

/**
 * Takes note of an instance that shut itself down: it stops or terminates, as its shutdown behaviour says. One that
 * broke down stops, whatever that says, so that its disk and its console can be looked at.
 */
export function instanceWentDown(context: Ec2Context, instanceId: string, how: Parameters<DownListener>[1]): void {
  const instance = context.state.instances[instanceId];
  if (!instance || !['pending', 'running'].includes(instance.state)) return;
  if (how === 'broke down') {
    Object.assign(instance, { state: 'stopped', stateReason: BY_BREAKDOWN });
  } else if (instance.shutdownBehavior === 'terminate') {
    terminateInstance(context, instance, BY_INSTANCE);
  } else {
    instance.state = 'stopped';
    instance.stateReason = BY_INSTANCE;
  }
  context.changed();
}

/** Forgets the instances that were terminated more than an hour ago. */
export function forgetTerminated(state: State, now: Date): void {
  const anHourAgo = new Date(now.getTime() - 3_600_000).toISOString();
  for (const { instanceId, terminatedAt } of Object.values(state.instances)) {
    if (terminatedAt !== undefined && terminatedAt < anHourAgo) delete state.instances[instanceId];
  }
}

/** Removes the machine: shutting-down, then terminated. The root volume goes with it, unless it was to be kept. */
export function terminateInstance(context: Ec2Context, instance: Instance, reason: Reason): void {
  const { machines, state, changed, now } = context;
  instance.state = 'shutting-down';
  instance.stateReason = reason;
  inTurn(context, instance, 'shutting-down', 'Terminating', async () => {
    await machines.destroy(instance.instanceId);
    instance.state = 'terminated';
    instance.terminatedAt = now().toISOString();
    removeVolume(state, instance.volumeId);
    for (const { accessKeyId, instanceId } of Object.values(state.sessions)) {
      if (instanceId === instance.instanceId) delete state.sessions[accessKeyId];
    }
    changed();
    await removeUnusedLayers(context);
  });
}

/** What the machine behind an instance has to be. */
export function machineOf({ instanceId, layers, privateIp, publicIp }: Instance): Machine {
  return { instanceId, layers, privateIp, ...(publicIp === undefined ? {} : { publicIp }) };
}

function stopInstance(context: Ec2Context, instance: Instance, force: boolean): void {
  instance.state = 'stopping';
  instance.stateReason = BY_USER;
  inTurn(context, instance, 'stopping', 'Stopping', async () => {
    await context.machines.halt(instance.instanceId, { force });
    if (hasState(instance, 'stopping')) instance.state = 'stopped';
    context.changed();
  });
}

function rebootInstance(context: Ec2Context, instance: Instance): void {
  inTurn(context, instance, 'running', 'Rebooting', () => context.machines.reboot(instance.instanceId));
}

/** Does something with an instance's machine when its turn comes, unless the instance has left the state until then. */
function inTurn(
  { background }: Ec2Context,
  instance: Instance,
  expected: Instance['state'],
  what: string,
  task: () => Promise<void>,
): void {
  background.run(instance.instanceId, `${what} ${instance.instanceId}`, async () => {
    if (hasState(instance, expected)) await task();
  });
}

/** A function of its own, because the compiler would take an earlier look at the state for the last word. */
function hasState(instance: Instance, state: Instance['state']): boolean {
  return instance.state === state;
}

function requireState({ instanceId, state }: Instance, allowed: Instance['state'][], verb: string): void {
  if (allowed.includes(state)) return;
  const message = `The instance '${instanceId}' is not in a state from which it can be ${verb}.`;
  throw new Fault('IncorrectInstanceState', message);
}

function changes(instances: Instance[], change: (instance: Instance) => void): object {
  return {
    instancesSet: instances.map(instance => {
      const previousState = stateItem(instance.state);
      change(instance);
      return { instanceId: instance.instanceId, previousState, currentState: stateItem(instance.state) };
    }),
  };
}

/** A state as EC2 answers it. */
export function stateItem(name: Instance['state']): object {
  return { code: STATE_CODES[name], name };
}

function removeVolume(state: State, volumeId: string): void {
  const volume = state.volumes[volumeId];
  if (!volume) return;
  if (volume.deleteOnTermination) {
    delete state.volumes[volumeId];
  } else {
    volume.state = 'available';
    delete volume.instanceId;
    delete volume.device;
  }
}
