import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { controlGroup } from './control-group.ts';
import { childrenOf, isAlive, mark, type ProcessMark, send, waitForEnd } from './processes.ts';

/** systemd-nspawn ends with this status when the system inside asks for a reboot. */
const REBOOT = 133;
/** How long a system may take to shut down before its plug is pulled, in milliseconds. */
const GRACE = 45_000;
/** How long what is killed may take to end, in milliseconds: a process may be waiting for a slow disk. */
const KILL_LIMIT = 30_000;

export interface ContainerSpec {
  instanceId: string;
  /** Folder for what has to outlive this process. */
  folder: string;
  root: string;
  networkNamespace: string;
  hostname: string;
  consoleLog: string;
}

/** A systemd container that plays a machine. */
export interface Container {
  /** Resolves when the container's process runs; the system in it boots on. */
  start(): Promise<void>;
  /**
   * Shuts the system down; with `force` as if the plug was pulled. Resolves when nothing of it runs any more, and
   * throws where something can't be ended.
   */
  stop(options: { force: boolean }): Promise<void>;
  reboot(): void;
  isRunning(): boolean;
  /** The system's first process, seen from outside. */
  leader(): number | undefined;
  /** Called when the system went down by itself, with systemd-nspawn's exit status: 0 after `shutdown`. */
  onDown?: (status: number | null) => void;
}

export function createContainer(spec: ContainerSpec): Container {
  let nspawn: ProcessMark | undefined;
  let wanted: 'up' | 'down' = 'down';
  let ended: Promise<void> = Promise.resolve();

  const leader = () => (nspawn ? childrenOf(nspawn.pid)[0] : undefined);
  const container: Container = {
    leader,
    isRunning: () => nspawn !== undefined && isAlive(nspawn),
    async start() {
      if (container.isRunning()) return;
      wanted = 'up';
      const process = launch(spec);
      nspawn = mark(process.pid ?? 0);
      writeFileSync(markFile(spec.folder), JSON.stringify(nspawn));
      ended = new Promise(resolve => {
        process.once('exit', async status => {
          nspawn = undefined;
          const reboots = wanted === 'up' && status === REBOOT;
          if (reboots) await container.start();
          // What does not end now is told by stop(), which every machine comes to.
          else await endAll(spec.instanceId).catch(() => {});
          resolve();
          if (wanted === 'up' && !reboots) container.onDown?.(status);
        });
      });
    },
    async stop({ force }) {
      wanted = 'down';
      if (nspawn) await halt(spec.instanceId, nspawn, force);
      await ended;
      await endAll(spec.instanceId);
    },
    reboot() {
      // SIGINT tells a container's systemd what Ctrl-Alt-Del tells a machine's: reboot (systemd(1), SIGNALS).
      const first = leader();
      if (first) send(first, 'SIGINT');
    },
  };
  return container;
}

/** Ends a container that an earlier process of ours left running. */
export async function endOrphan(folder: string, instanceId: string): Promise<void> {
  const nspawn = readMark(folder);
  if (nspawn && isAlive(nspawn)) await halt(instanceId, nspawn, true);
  rmSync(markFile(folder), { force: true });
  await endAll(instanceId);
}

/** Undefined also for a file that the host's own breakdown left empty. */
function readMark(folder: string): ProcessMark | undefined {
  try {
    return JSON.parse(readFileSync(markFile(folder), 'utf8'));
  } catch {
    return undefined;
  }
}

function markFile(folder: string): string {
  return join(folder, 'container.json');
}

function launch(spec: ContainerSpec) {
  const { instanceId, root, networkNamespace, hostname, consoleLog } = spec;
  // Cloud-init knows EC2 by this identifier (datasource Ec2); a container has no firmware to ask.
  const uuid = join(spec.folder, 'hypervisor-uuid');
  writeFileSync(uuid, `ec2${instanceId.slice(2, 7)}-0000-4000-8000-${instanceId.slice(-12)}\n`);
  const nspawn = [
    'systemd-nspawn',
    '--quiet',
    '--register=no',
    '--keep-unit',
    '--boot',
    `--directory=${root}`,
    `--machine=${instanceId}`,
    `--hostname=${hostname}`,
    `--network-namespace-path=${networkNamespace}`,
    '--resolv-conf=off',
    '--timezone=off',
    '--link-journal=no',
    '--console=read-only',
    // Over its own network, as any machine: Docker asks for it.
    '--capability=CAP_NET_ADMIN',
    `--bind-ro=${uuid}:/sys/hypervisor/uuid`,
  ];
  // Containers of one control group would share it, and shutting one down would end them all.
  const { enter } = controlGroup(instanceId);
  mkdirSync(spec.folder, { recursive: true });
  const console = openSync(consoleLog, 'a');
  const process = spawn('sh', ['-ec', `${enter}\nexec "$@"`, 'sh', ...nspawn], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', console, console],
    env: {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      // As on a real machine, /tmp is on the disk.
      SYSTEMD_NSPAWN_TMPFS_TMP: '0',
      // Gives the container a /sys of its own, in which there is room for the identifier.
      SYSTEMD_NSPAWN_API_VFS_WRITABLE: 'network',
    },
  });
  closeSync(console);
  return process;
}

/**
 * Killing systemd-nspawn alone would leave the system inside running. Killing its child would, too, as long as it boots:
 * that child is then one between the two. So whatever is in the machine's control group is killed.
 */
async function halt(instanceId: string, nspawn: ProcessMark, force: boolean): Promise<void> {
  if (!force) {
    send(nspawn.pid, 'SIGTERM');
    if (await waitForEnd(nspawn, GRACE)) return;
  }
  await endAll(instanceId, nspawn.pid);
  // In its first moment it is not in the group yet.
  if (await waitForEnd(nspawn, 2_000)) return;
  send(nspawn.pid, 'SIGKILL');
  await waitForEnd(nspawn, 5_000);
}

/** Ends everything that runs in a machine's control group and removes the group. Throws where something is left. */
async function endAll(instanceId: string, supervisor?: number): Promise<void> {
  const group = controlGroup(instanceId);
  const left = await group.kill(KILL_LIMIT, supervisor);
  if (left.length > 0)
    throw new Error(`${instanceId}: killed ${KILL_LIMIT / 1000} s ago, still there: ${left.join(', ')}`);
  group.remove();
}
