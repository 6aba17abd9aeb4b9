import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.ts';

/** The addresses that every cloud has inside; its namespaces keep them apart from the host and from other clouds. */
export const GATEWAY = '10.77.0.1';
export const IMDS = '169.254.169.254';
const BRIDGE = 'br0';

/**
 * The network of one cloud: a namespace for the VPC, in which a bridge carries the gateway's address and that of the
 * instance metadata service, and a namespace for each machine, joined to the bridge by a pair of virtual cables.
 * Namespaces live on mounts in a folder of the cloud, so nothing of it shows in the host's own network.
 */
export interface Network {
  /** File of the VPC's namespace, for nsenter. */
  vpc: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Joins a machine to the VPC; returns the file of its namespace. */
  attach(instanceId: string, privateIp: string): Promise<string>;
  detach(instanceId: string): Promise<void>;
}

export function createNetwork(folder: string): Network {
  const vpc = join(folder, 'vpc');
  const ofMachine = (instanceId: string) => join(folder, instanceId);

  return {
    vpc,
    async start() {
      mkdirSync(folder, { recursive: true });
      if (!isMountPoint(folder)) {
        await run('mount', '--bind', folder, folder);
        await run('mount', '--make-private', folder);
      }
      await createNamespace(vpc);
      await inside(vpc, [
        'ip link set lo up',
        `ip link add ${BRIDGE} type bridge`,
        `ip address add ${GATEWAY}/16 dev ${BRIDGE}`,
        `ip address add ${IMDS}/32 dev ${BRIDGE}`,
        `ip link set ${BRIDGE} up`,
      ]);
    },
    async stop() {
      if (!isMountPoint(folder)) return;
      for (const namespace of mountPointsBelow(folder)) await run('umount', '--lazy', namespace);
      await run('umount', '--lazy', folder);
      rmSync(folder, { recursive: true, force: true });
    },
    async attach(instanceId, privateIp) {
      const namespace = ofMachine(instanceId);
      if (isMountPoint(namespace)) return namespace;
      await createNamespace(namespace);
      // Names of interfaces have at most 15 characters.
      const cable = `v${instanceId.slice(-12)}`;
      await inside(vpc, [
        `ip link add ${cable} type veth peer name eth0 netns ${namespace}`,
        `ip link set ${cable} master ${BRIDGE} up`,
      ]);
      await inside(namespace, [
        'ip link set lo up',
        `ip link set eth0 address ${macOf(privateIp)}`,
        `ip address add ${privateIp}/16 dev eth0`,
        'ip link set eth0 up',
        `ip route add default via ${GATEWAY}`,
      ]);
      return namespace;
    },
    async detach(instanceId) {
      const namespace = ofMachine(instanceId);
      if (isMountPoint(namespace)) await run('umount', '--lazy', namespace);
      rmSync(namespace, { force: true });
    },
  };
}

/** The hardware address that goes with a private address; the first digits mark it as locally administered. */
export function macOf(privateIp: string): string {
  const parts = privateIp.split('.').map(part => Number(part).toString(16).padStart(2, '0'));
  return ['02', '00', ...parts].join(':');
}

async function createNamespace(file: string): Promise<void> {
  closeSync(openSync(file, 'a'));
  await run('unshare', `--net=${file}`, 'true');
}

async function inside(namespace: string, commands: string[]): Promise<void> {
  await run('nsenter', `--net=${namespace}`, 'sh', '-ec', commands.join('\n'));
}

/** True when something is mounted exactly there. */
export function isMountPoint(path: string): boolean {
  return mounts().includes(path);
}

/** What is mounted below a folder, innermost first. */
export function mountPointsBelow(folder: string): string[] {
  return mounts()
    .filter(path => path.startsWith(`${folder}/`))
    .sort()
    .reverse();
}

/** Mount points as /proc/self/mountinfo has them, with its octal escapes undone (proc(5)). */
function mounts(): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .trim()
    .split('\n')
    .map(line =>
      (line.split(' ')[4] ?? '').replaceAll(/\\(\d{3})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8))),
    );
}
