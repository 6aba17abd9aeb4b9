import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { BaseImage } from '../base/cached-base.ts';
import { debian12Base } from '../base/debian12.ts';
import { type Instance, newState, SECURITY_GROUP_ID, SUBNET_ID } from '../state.ts';
import { createMachines } from './containers.ts';
import type { Machine } from './machines.ts';
import { run } from './run.ts';
import { tracesOf } from './traces.ts';

// Real machines on this host, one after the other: each test goes on where the one before it ended.

const BOOT = 60_000;
vi.setConfig({ testTimeout: 120_000, hookTimeout: 600_000 });

const folder = mkdtempSync(join(tmpdir(), 'machines-'));
const key = join(folder, 'key');
const state = newState();
const options = {
  folder,
  state,
  changed: () => {},
  faults: { apply: async () => {} },
  httpSocket: join(folder, 'http.sock'),
  tlsSocket: join(folder, 'tls.sock'),
  log: (line: string) => console.info(line),
};
let base: BaseImage;
let endpoint: Server;
let machines = createMachines(options);
let first: Machine;
let hostNetwork: string;

beforeAll(async () => {
  hostNetwork = await run('ip', '-brief', 'link');
  await run('ssh-keygen', '-q', '-t', 'rsa', '-N', '', '-f', key);
  const certificate = join(folder, 'ca.pem');
  const request = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=machines', '-days', '1'];
  await run('openssl', 'req', ...request, '-keyout', join(folder, 'ca.key'), '-out', certificate);
  base = await debian12Base({ folder, caCertificate: certificate, log: options.log });
  endpoint = createServer((incoming, answer) => answer.end(`endpoint: ${incoming.headers.host}`));
  endpoint.listen(options.httpSocket);
  await machines.start();
  first = await launch([base.rootfs]);
});

afterAll(async () => {
  await machines.stop();
  // A test that failed midway may have left more.
  machines = createMachines(options);
  await machines.start();
  await machines.stop();
  endpoint.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Adds an instance to the state, as RunInstances does, and boots its machine. */
async function launch(layers: string[], part: Partial<Instance> = {}): Promise<Machine> {
  const instanceId = `i-${randomBytes(9).toString('hex').slice(1)}`;
  const taken = Object.values(state.instances);
  const { privateIp, publicIp = '' } = await machines.allocate({
    network: '10.77.0',
    isPublic: true,
    privateIps: taken.map(instance => instance.privateIp),
    publicIps: taken.flatMap(instance => instance.publicIp ?? []),
  });
  const instance: Instance = {
    instanceId,
    imageId: 'ami-0123456789abcdef0',
    state: 'running',
    instanceType: 't3.micro',
    architecture: base.architecture,
    keyName: 'mine',
    publicKey: readFileSync(`${key}.pub`, 'utf8').trim(),
    launchTime: new Date().toISOString(),
    subnetId: SUBNET_ID,
    securityGroupIds: [SECURITY_GROUP_ID],
    privateIp,
    publicIp,
    httpTokens: 'required',
    httpEndpoint: 'enabled',
    shutdownBehavior: 'stop',
    layers,
    rootDeviceName: '/dev/xvda',
    volumeId: 'vol-0123456789abcdef0',
    reservationId: 'r-0123456789abcdef0',
    tags: {},
    ...part,
  };
  state.instances[instanceId] = instance;
  const machine = { instanceId, layers, privateIp, publicIp };
  await machines.boot(machine);
  return machine;
}

async function untilUp({ instanceId }: Machine): Promise<void> {
  const started = Date.now();
  await vi.waitUntil(() => machines.isUp(instanceId), { timeout: BOOT, interval: 50 });
  options.log(`${instanceId} was up after ${Date.now() - started} ms`);
}

/** Runs a command on a machine through its public address; a failure holds what ssh said. */
async function ssh({ publicIp }: Machine, command: string): Promise<string> {
  const quiet = ['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'LogLevel=ERROR'];
  const login = ['-i', key, '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=10', `admin@${publicIp}`];
  return (await promisify(execFile)('ssh', [...quiet, ...login, command])).stdout.trim();
}

/** The public addresses that this process answers on. Other clouds on this host may take them once they are free. */
async function listening(): Promise<string[]> {
  const sockets = await run('ss', '--no-header', '--listening', '--tcp', '--numeric', '--processes', 'sport = :22');
  const ours = sockets.split('\n').filter(line => line.includes(`pid=${process.pid},`));
  return ours.map(line => line.split(/\s+/)[3] ?? '');
}

const traces = (namespaces?: string[]) => tracesOf(folder, Object.keys(state.instances), namespaces);

it('boots a machine that lets in whoever has the key', async () => {
  await untilUp(first);
  expect(machines.running()).toEqual([first.instanceId]);
  expect(await ssh(first, 'whoami; hostname')).toBe(`admin\nip-${first.privateIp.replaceAll('.', '-')}`);
  expect(await ssh(first, 'sudo whoami')).toBe('root');
  expect(await ssh(first, 'systemctl is-system-running')).toBe('running');
  expect(await machines.console(first.instanceId)).toContain('Debian GNU/Linux 12');
});

it('cloud-init knows that it is on EC2 and finished without complaint', async () => {
  expect(await ssh(first, 'cloud-id; cloud-init query --format "{{v1.instance_id}} {{v1.region}}"')).toBe(
    `aws\n${first.instanceId} us-east-1`,
  );
  expect(await ssh(first, 'cloud-init status --wait | tail -1; sudo cat /run/cloud-init/result.json')).toMatch(
    /status: done.*"errors": \[\]/s,
  );
});

it('the metadata service answers with a token and not without', async () => {
  const ask = 'curl -s -o /dev/null -w "%{http_code}" http://169.254.169.254/latest/meta-data/mac';
  expect(await ssh(first, ask)).toBe('401');
  const token = 'curl -s -X PUT -H "x-aws-ec2-metadata-token-ttl-seconds: 60" http://169.254.169.254/latest/api/token';
  const mac = await ssh(
    first,
    `curl -s -H "x-aws-ec2-metadata-token: $(${token})" http://169.254.169.254/latest/meta-data/mac`,
  );
  expect(await ssh(first, 'cat /sys/class/net/eth0/address')).toBe(mac);
});

it('a machine reaches the endpoint under the names of AWS, other hosts by theirs, and other machines', async () => {
  expect(await ssh(first, 'curl -s http://ec2.us-east-1.amazonaws.com/')).toBe('endpoint: ec2.us-east-1.amazonaws.com');
  const outside = createServer((_, answer) => answer.end('outside')).listen(0, '127.0.0.1');
  await once(outside, 'listening');
  const address = outside.address() as { port: number };
  expect(await ssh(first, `curl -s -H 'Host: localhost:${address.port}' http://10.77.0.1/`)).toBe('outside');
  outside.close();
  const second = await launch([base.rootfs]);
  await untilUp(second);
  const greeting = `timeout 5 bash -c 'read -r line < /dev/tcp/ip-${second.privateIp.replaceAll('.', '-')}/22; echo $line'`;
  expect(await ssh(first, greeting)).toMatch(/^SSH-2.0/);
  await machines.destroy(second.instanceId);
  expect(machines.running()).toEqual([first.instanceId]);
});

it('user data run at the first boot', async () => {
  const script = '#!/bin/sh\necho "$(hostname) was here" > /root/note\n';
  const machine = await launch([base.rootfs], { userData: Buffer.from(script).toString('base64') });
  await untilUp(machine);
  expect(await ssh(machine, 'sudo cat /root/note')).toMatch(/^ip-10-77-0-\d+ was here$/);
  await machines.destroy(machine.instanceId);
});

it.each([
  ['from outside', () => machines.reboot(first.instanceId)],
  ['from inside', () => ssh(first, 'sudo systemctl reboot').catch(() => {})],
])('reboots, asked %s, and keeps its disk', async (_, reboot) => {
  const bootOf = () => ssh(first, 'systemctl show --value --property UserspaceTimestampMonotonic');
  const before = await bootOf();
  await ssh(first, 'echo kept | sudo tee /root/file');
  await reboot();
  await vi.waitUntil(async () => (await bootOf().catch(() => before)) !== before, { timeout: BOOT, interval: 200 });
  await untilUp(first);
  expect(await ssh(first, 'sudo cat /root/file')).toBe('kept');
  expect(machines.running()).toEqual([first.instanceId]);
});

it('a machine that shuts itself down is reported, and boots again', async () => {
  const down = new Promise(resolve => machines.onDown(resolve));
  await ssh(first, 'sudo shutdown -h now').catch(() => {});
  expect(await down).toBe(first.instanceId);
  expect(machines.running()).toEqual([]);
  expect(await machines.isUp(first.instanceId)).toBe(false);
  await machines.boot(first);
  await machines.boot(first);
  await untilUp(first);
});

it('a snapshot holds what changed, just as it was', async () => {
  const change = `set -e
    rm /etc/debian_version
    rm -r /etc/cron.daily
    rm -r /etc/apt/apt.conf.d && mkdir /etc/apt/apt.conf.d && touch /etc/apt/apt.conf.d/mine
    mkdir /data && cd /data && mkfifo pipe && echo one > file && ln file twin && ln -s file link
    truncate -s 100M holes && python3 -c "import os; os.setxattr(\\"holes\\", \\"user.colour\\", b\\"blue\\")"
    chown 1234:4321 file && chmod 4750 file && touch -d 2001-02-03T04:05:06Z file`;
  await ssh(first, `sudo bash -c '${change}'`);
  await machines.halt(first.instanceId);
  expect(machines.running()).toEqual([]);
  const layer = join(folder, 'layer');
  await machines.snapshot(first.instanceId, layer);
  expect(readdirSync(join(layer, 'run'))).toEqual([]);
  expect(statSync(join(layer, 'data/holes')).blocks).toBeLessThan(100);

  const copy = await launch([base.rootfs, layer]);
  await untilUp(copy);
  expect(
    await ssh(copy, 'cd /data; sudo stat -c "%h %u:%g %a %Y" file; readlink link; stat -c "%F %s" pipe holes'),
  ).toBe('2 1234:4321 4750 981173106\nfile\nfifo 0\nregular file 104857600');
  expect(await ssh(copy, `python3 -c 'import os; print(os.getxattr("/data/holes", "user.colour"))'`)).toBe("b'blue'");
  expect(await ssh(copy, 'ls /etc/apt/apt.conf.d')).toBe('mine');
  expect(await ssh(copy, 'ls -d /etc/debian_version /etc/cron.daily 2> /dev/null || true')).toBe('');
  expect(await ssh(copy, 'cloud-init query instance_id')).toBe(copy.instanceId);
  await machines.destroy(copy.instanceId);
});

it.each([0, 20, 50, 100, 200, 500, 1_500])('a machine that is destroyed %i ms into its boot is gone', async delay => {
  const machine = await launch([base.rootfs]);
  const inside = [`net:[${statSync(join(folder, 'network', machine.instanceId)).ino}]`];
  await sleep(delay);
  await machines.destroy(machine.instanceId);
  // The kernel lets nobody remove a group in which something runs.
  expect(tracesOf(join(folder, 'machines', machine.instanceId), [machine.instanceId], inside)).toEqual({
    mounts: [],
    processes: [],
    controlGroups: [],
  });
});

it('pulls the plug at once', async () => {
  await machines.boot(first);
  await untilUp(first);
  const started = Date.now();
  await machines.halt(first.instanceId, { force: true });
  expect(Date.now() - started).toBeLessThan(3_000);
  await machines.halt(first.instanceId);
});

it('an end with SIGKILL leaves a cloud that starts again, with its disks', async () => {
  await machines.stop();
  const program = `
    const { createMachines } = await import(${JSON.stringify(join(import.meta.dirname, 'containers.ts'))});
    const { options, machine } = JSON.parse(process.argv[1]);
    const machines = createMachines({ ...options, changed() {}, faults: { async apply() {} }, log() {} });
    await machines.start();
    const { publicIp = '' } = await machines.allocate({ network: '10.77.0', isPublic: true, privateIps: [], publicIps: [] });
    await machines.boot({ ...machine, publicIp });
    console.log(publicIp);`;
  const told = JSON.stringify({ options, machine: first });
  const other = spawn(process.execPath, ['--input-type=module', '--eval', program, told], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [address] = await once(other.stdout, 'data');
  first = { ...first, publicIp: String(address).trim() };
  await vi.waitUntil(
    () =>
      ssh(first, 'true').then(
        () => true,
        () => false,
      ),
    { timeout: BOOT, interval: 200 },
  );
  await ssh(first, 'echo still there | sudo tee /root/file && sync');
  other.kill('SIGKILL');
  await once(other, 'exit');
  // The gateway ends by itself, a moment later.
  await vi.waitFor(() => expect(traces().processes).toEqual([expect.stringContaining('systemd-nspawn')]));

  machines = createMachines(options);
  await machines.start();
  expect(machines.running()).toEqual([]);
  expect(traces().processes, 'only the gateway').toEqual([expect.stringContaining('gateway-process.ts')]);
  const { publicIp = '' } = await machines.allocate({
    network: '10.77.0',
    isPublic: true,
    privateIps: [],
    publicIps: [],
  });
  first = { ...first, publicIp };
  await machines.boot(first);
  await untilUp(first);
  expect(await ssh(first, 'sudo cat /root/file')).toBe('still there');
});

it('a machine that can not start is reported, and says why on its console', async () => {
  const down = new Promise(resolve => machines.onDown((instanceId, how) => resolve(`${instanceId} ${how}`)));
  const empty = mkdtempSync(join(folder, 'empty-'));
  const machine = await launch([empty]);
  expect(await down).toBe(`${machine.instanceId} broke down`);
  expect(await machines.console(machine.instanceId)).toMatch(/os-release file is missing/);
  await machines.destroy(machine.instanceId);
});

it('what is destroyed is gone, but for its console', async () => {
  await machines.destroy(first.instanceId);
  await machines.destroy(first.instanceId);
  expect(machines.running()).toEqual([]);
  expect(readdirSync(join(folder, 'machines'))).toEqual([]);
  expect(await machines.console(first.instanceId)).toContain('Debian GNU/Linux 12');
  expect(await listening()).toEqual([]);
});

it('nothing is left when it stops', async () => {
  const machine = await launch([base.rootfs]);
  await untilUp(machine);
  const inside = ['vpc', machine.instanceId].map(name => `net:[${statSync(join(folder, 'network', name)).ino}]`);
  expect(traces(inside).processes.length).toBeGreaterThan(5);
  expect(await listening()).toEqual([`${machine.publicIp}:22`]);
  await machines.stop();
  await sleep(100);
  expect(traces(inside)).toEqual({ mounts: [], processes: [], controlGroups: [] });
  expect(await run('ip', '-brief', 'link')).toBe(hostNetwork);
  expect(await listening()).toEqual([]);
  expect(existsSync(join(folder, 'machines', machine.instanceId, 'upper')), 'disks stay').toBe(true);
});
