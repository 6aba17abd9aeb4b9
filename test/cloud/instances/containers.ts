import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Faults } from '../service.ts';
import type { State } from '../state.ts';
import { type Container, createContainer, endOrphan } from './container.ts';
import { createDisk } from './disk.ts';
import { createGateway } from './gateway.ts';
import type { DownListener, Machine, Machines } from './machines.ts';
import { hostnameOf } from './metadata.ts';
import { createNetwork } from './network.ts';
import { createPublicAddresses } from './public-address.ts';
import { run } from './run.ts';

export interface MachinesOptions {
  /** Everything on disk lies below this folder; an absolute path. */
  folder: string;
  /** The live state, for the metadata service. */
  state: State;
  /** Called when the metadata service changed the state. */
  changed: () => void;
  faults: Faults;
  /** Unix sockets on which the AWS endpoint speaks HTTP and TLS. */
  httpSocket: string;
  tlsSocket: string;
  log: (line: string) => void;
}

/** Console logs of machines that are gone are kept for an hour; in milliseconds. */
const CONSOLE_KEPT = 60 * 60 * 1000;
/** How long ssh may take to say who it is, in milliseconds. */
const BANNER_TIMEOUT = 2_000;

/** Machines that are systemd containers on this host. Needs root and Linux. */
export function createMachines({ folder, log, ...options }: MachinesOptions): Machines {
  const disks = join(folder, 'machines');
  const consoles = join(folder, 'console');
  const network = createNetwork(join(folder, 'network'));
  const gateway = createGateway({
    folder: join(folder, 'run'),
    packageCache: join(folder, 'cache', 'packages'),
    log,
    ...options,
  });
  const addresses = createPublicAddresses(gateway.dialSocket);
  const machines = new Map<string, { machine: Machine; container: Container }>();
  const downListeners: DownListener[] = [];

  const folderOf = (instanceId: string) => join(disks, instanceId);
  const diskOf = (instanceId: string) => createDisk(folderOf(instanceId));
  const consoleOf = (instanceId: string) => join(consoles, `${instanceId}.log`);

  /** Ends what a process that was killed could not end itself. */
  async function heal(): Promise<void> {
    for (const instanceId of readdirSync(disks)) {
      await endOrphan(folderOf(instanceId), instanceId);
      await diskOf(instanceId).unmount();
    }
    await network.stop();
    for (const file of readdirSync(consoles)) {
      const path = join(consoles, file);
      const isGone = !existsSync(folderOf(file.replace(/\.log$/, '')));
      if (isGone && Date.now() - statSync(path).mtimeMs > CONSOLE_KEPT) rmSync(path);
    }
  }

  async function boot(machine: Machine): Promise<void> {
    const { instanceId, layers, privateIp, publicIp } = machine;
    if (machines.get(instanceId)?.container.isRunning()) return;
    const disk = diskOf(instanceId);
    await disk.mount(layers);
    const networkNamespace = await network.attach(instanceId, privateIp);
    if (publicIp) await addresses.lead(publicIp, privateIp);
    const container = createContainer({
      instanceId,
      folder: folderOf(instanceId),
      root: disk.root,
      networkNamespace,
      hostname: hostnameOf(privateIp),
      consoleLog: consoleOf(instanceId),
    });
    container.onDown = status => void wentDown(instanceId, status);
    machines.set(instanceId, { machine, container });
    await container.start();
    log(`${instanceId} boots`);
  }

  async function wentDown(instanceId: string, status: number | null): Promise<void> {
    if (status === 0) log(`${instanceId} shut itself down`);
    else log(`${instanceId} broke down (systemd-nspawn's status: ${status}); its console: ${consoleOf(instanceId)}`);
    await diskOf(instanceId)
      .unmount()
      .catch(error => log(`${instanceId}: ${error.message}`));
    for (const listener of downListeners) listener(instanceId, status === 0 ? 'shut itself down' : 'broke down');
  }

  async function halt(instanceId: string, { force = false } = {}): Promise<void> {
    await machines.get(instanceId)?.container.stop({ force });
    await diskOf(instanceId).unmount();
  }

  async function stop(): Promise<void> {
    await Promise.all([...machines.keys()].map(instanceId => halt(instanceId)));
    addresses.releaseAll();
    await gateway.stop();
    await network.stop();
    machines.clear();
  }

  return {
    async start() {
      for (const part of [disks, consoles]) mkdirSync(part, { recursive: true });
      await heal();
      try {
        await network.start();
        await gateway.start(network.vpc);
      } catch (error) {
        await stop();
        throw error;
      }
    },
    stop,
    boot,
    halt,
    async reboot(instanceId) {
      machines.get(instanceId)?.container.reboot();
    },
    async destroy(instanceId) {
      const known = machines.get(instanceId);
      await halt(instanceId, { force: true });
      await network.detach(instanceId);
      if (known?.machine.publicIp) addresses.release(known.machine.publicIp);
      await diskOf(instanceId).remove();
      machines.delete(instanceId);
      log(`${instanceId} is gone`);
    },
    snapshot: (instanceId, target) => diskOf(instanceId).snapshot(target),
    async console(instanceId) {
      return existsSync(consoleOf(instanceId)) ? readFileSync(consoleOf(instanceId), 'utf8') : '';
    },
    async isUp(instanceId) {
      const known = machines.get(instanceId);
      const leader = known?.container.leader();
      if (!known || !leader) return false;
      return (await systemState(leader)) && (await greets(gateway.dialSocket, known.machine.privateIp));
    },
    running: () => [...machines].filter(([, { container }]) => container.isRunning()).map(([instanceId]) => instanceId),
    onDown: listener => void downListeners.push(listener),
    async allocate({ network, isPublic, privateIps, publicIps }) {
      const free = Array.from({ length: 240 }, (_, index) => `${network}.${index + 10}`);
      const privateIp = free.find(address => !privateIps.includes(address));
      if (!privateIp) throw new Error('There is no free address in the subnet');
      return { privateIp, ...(isPublic && { publicIp: await addresses.claim(publicIps) }) };
    },
  };
}

/** True when the system inside a container has started all it starts at boot, whether or not all of it went well. */
async function systemState(leader: number): Promise<boolean> {
  const systemctl = ['systemctl', 'is-system-running'];
  const enter = ['--target', String(leader), '--mount', '--uts', '--ipc', '--net', '--pid', '--root', '--wd', '--'];
  const state = await run('sh', '-c', 'nsenter "$@" 2> /dev/null || true', 'sh', ...enter, ...systemctl);
  return ['running', 'degraded'].includes(state.trim());
}

/** True when something on port 22 introduces itself as ssh. */
function greets(dialSocket: string, privateIp: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(dialSocket);
    socket.write(`${privateIp} 22\n`);
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(BANNER_TIMEOUT, () => done(false));
    socket.once('data', data => done(data.toString('latin1').startsWith('SSH-')));
    socket.once('error', () => done(false));
    socket.once('close', () => done(false));
  });
}
