import type { Instance, State } from '../state.ts';
import type { Ec2Context } from './context.ts';
import { removeUnusedLayers } from './image-files.ts';
import { terminateInstance } from './instance-lifecycle.ts';

/**
 * Brings in order what an earlier run left in the middle: nobody will finish it. Instances whose machine is gone are
 * stopped, those that were being terminated are terminated, images and snapshots that were being made are removed.
 */
export async function settle(context: Ec2Context): Promise<void> {
  const { state, machines, changed, background } = context;
  const running = new Set(machines.running());
  for (const instance of Object.values(state.instances)) {
    if (instance.state === 'shutting-down') {
      terminateInstance(context, instance, instance.stateReason ?? lost());
    } else if (instance.state === 'stopping' || (isUp(instance) && !running.has(instance.instanceId))) {
      markStopped(instance);
    }
  }
  for (const region of [state, ...Object.values(state.elsewhere)]) removeUnfinished(region);
  await background.idle();
  await removeUnusedLayers(context, { unfinished: true });
  changed();
}

/** Waits for what is going on, and marks every instance stopped, since its machine is about to be. */
export async function stopAll({ state, background, changed }: Ec2Context): Promise<void> {
  await background.idle();
  for (const instance of Object.values(state.instances)) if (isUp(instance)) markStopped(instance);
  changed();
}

function isUp({ state }: Instance): boolean {
  return state === 'pending' || state === 'running';
}

function markStopped(instance: Instance): void {
  instance.state = 'stopped';
  instance.stateReason = lost();
}

/** Whether an instance stopped because the cloud was ended. */
export function wasCutOff({ state, stateReason }: Instance): boolean {
  return state === 'stopped' && stateReason?.message === lost().message;
}

function lost(): { code: string; message: string } {
  return { code: 'Server.InternalError', message: 'Server.InternalError: The local cloud was ended meanwhile' };
}

function removeUnfinished({ images, snapshots }: Pick<State, 'images' | 'snapshots'>): void {
  for (const image of Object.values(images)) if (image.state === 'pending') delete images[image.imageId];
  for (const snapshot of Object.values(snapshots)) {
    if (snapshot.state === 'pending') delete snapshots[snapshot.snapshotId];
  }
}
