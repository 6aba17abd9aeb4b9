import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../instances/run.ts';
import { type BaseImage, type BaseOptions, cachedBase } from './cached-base.ts';
import { runContained } from './contained.ts';

/** What debootstrap installs, and what apt adds after it: together they take longer, and fail on cloud-init. */
const FIRST = ['ca-certificates'];
const PACKAGES = [
  'cloud-init',
  'curl',
  'dbus',
  'iproute2',
  'netbase',
  'openssh-server',
  'procps',
  'sudo',
  'systemd-sysv',
  'udev',
];

/** Cloud-init as Debian's EC2 image has it, but for what belongs to real disks and network cards. */
const CLOUD_INIT = `\
datasource_list: [Ec2]
datasource:
  Ec2:
    strict_id: false
    apply_full_imds_network_config: false
network: {config: disabled}
growpart: {mode: off}
resize_rootfs: false
manage_etc_hosts: true
locale: C.UTF-8
apt_preserve_sources_list: true
system_info:
  default_user:
    name: admin
    gecos: Debian
    groups: [adm, sudo]
    sudo: ["ALL=(ALL) NOPASSWD:ALL"]
    shell: /bin/bash
`;

/** Docker can start in a container, but not build networks of its own there, nor stack its layers on the container's. */
const DOCKER = { bridge: 'none', iptables: false, ip6tables: false, 'storage-driver': 'vfs' };

/** Debian 12, close to what Debian publishes for EC2, made from the mirror and the suites that this host uses. */
export function debian12Base(options: BaseOptions): Promise<BaseImage> {
  const recipe = JSON.stringify([FIRST, PACKAGES, CLOUD_INIT, readFileSync(import.meta.filename, 'utf8')]);
  return cachedBase('debian12', recipe, options, async root => {
    const sources = await debianSources();
    const mirror = sources.find(({ suite }) => suite === 'bookworm')?.uri ?? '';
    options.log('debian12: debootstrap');
    await runContained('debootstrap', '--variant=minbase', `--include=${FIRST}`, 'bookworm', root, mirror);
    const list = sources.map(({ uri, suite, component }) => `deb ${uri} ${suite} ${component}\n`);
    writeFileSync(join(root, 'etc/apt/sources.list'), list.join(''));
    trustLikeHost(root, options.caCertificate);
    await runContained('chroot', root, 'update-ca-certificates');
    options.log('debian12: packages');
    const apt = (...words: string[]) =>
      runContained('chroot', root, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '--yes', '--quiet=2', ...words);
    await apt('update');
    await apt('full-upgrade');
    await apt('install', '--no-install-recommends', '-o', 'Dpkg::Options::=--force-unsafe-io', ...PACKAGES);
    await apt('clean');
    configure(root);
    await runContained('chroot', root, 'passwd', '--lock', 'root');
  });
}

/** One of the package sources of this host's apt that Debian itself publishes. */
interface AptSource {
  uri: string;
  suite: string;
  component: string;
}

async function debianSources(): Promise<AptSource[]> {
  const format = '$(ORIGIN)\t$(REPO_URI)\t$(RELEASE)\t$(COMPONENT)';
  const targets = await run('apt-get', 'indextargets', '--format', format, 'Created-By: Packages');
  const sources = targets
    .split('\n')
    .map(line => line.split('\t'))
    .filter(([origin, , suite]) => origin === 'Debian' && suite?.startsWith('bookworm'))
    .map(([, uri = '', suite = '', component = '']) => ({ uri, suite, component }));
  if (sources.some(({ suite }) => suite === 'bookworm')) return sources;
  throw new Error("This host's apt knows no Debian 12 (bookworm). Run apt-get update on a Debian 12 host.");
}

/** The authorities that the host's administrators added (some networks inspect TLS), and the cloud's own. */
function trustLikeHost(root: string, caCertificate: string): void {
  const target = join(root, 'usr/local/share/ca-certificates');
  for (const file of filesIn('/usr/local/share/ca-certificates')) {
    if (file.endsWith('.crt')) cpSync(file, join(target, file.split('/').at(-1) ?? ''), { dereference: true });
  }
  cpSync(caCertificate, join(target, 'local-cloud.crt'));
}

function configure(root: string): void {
  writeFileSync(join(root, 'etc/cloud/cloud.cfg.d/90-ec2.cfg'), CLOUD_INIT);
  mkdirSync(join(root, 'etc/docker'));
  writeFileSync(join(root, 'etc/docker/daemon.json'), `${JSON.stringify(DOCKER)}\n`);
  writeFileSync(join(root, 'etc/resolv.conf'), 'nameserver 10.77.0.1\nsearch ec2.internal\n');
  writeFileSync(join(root, 'etc/hostname'), 'localhost\n');
  // Empty but present: systemd makes an identity at the first boot.
  writeFileSync(join(root, 'etc/machine-id'), '');
  for (const file of filesIn(join(root, 'etc/ssh'))) if (/ssh_host_/.test(file)) rmSync(file);
  // As on the published image, whoever installs a package has to fetch the lists first.
  rmSync(join(root, 'var/lib/apt/lists'), { recursive: true });
  mkdirSync(join(root, 'var/lib/apt/lists/partial'), { recursive: true });
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map(name => join(folder, name))
    .filter(path => statSync(path).isFile());
}
