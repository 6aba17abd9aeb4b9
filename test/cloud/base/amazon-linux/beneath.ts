import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../instances/run.ts';
import { type BaseImage, type BaseOptions, cachedBase } from '../cached-base.ts';
import { runContained } from '../contained.ts';
import { debian12Base } from '../debian12.ts';

/** What makes packages and repositories, and what installs them. */
const TOOLS = ['createrepo-c', 'dnf', 'rpm', 'zstd'];

/** Units that have no business on a system whose packages are rpm's, or that start only once they are enabled. */
const DISABLED = [
  ...['apt-daily.timer', 'apt-daily-upgrade.timer', 'dpkg-db-backup.timer'],
  ...['containerd', 'cron', 'docker.service', 'docker.socket', 'rsyslog'],
];

/**
 * What lies beneath the stand-ins: Debian 12 with dnf, and with the programs that their packages will carry. The
 * stand-ins take those away, package by package, and get them back only by installing the package.
 */
export function beneathBase(packages: readonly string[], options: BaseOptions): Promise<BaseImage> {
  const recipe = JSON.stringify([TOOLS, packages, readFileSync(import.meta.filename, 'utf8')]);
  return cachedBase('amazon-linux-beneath', recipe, options, async root => {
    const debian = await debian12Base(options);
    await run('cp', '-a', `${debian.rootfs}/.`, root);
    options.log('amazon-linux-beneath: packages');
    const inRoot = (...command: string[]) =>
      runContained('chroot', root, 'env', 'DEBIAN_FRONTEND=noninteractive', ...command);
    await inRoot('apt-get', '--quiet=2', 'update');
    const install = ['apt-get', '--yes', '--quiet=2', 'install', '--no-install-recommends'];
    await inRoot(...install, '-o', 'Dpkg::Options::=--force-unsafe-io', ...TOOLS, ...packages);
    await inRoot('apt-get', 'clean');
    await inRoot('systemctl', '--quiet', 'disable', ...DISABLED);
    rmSync(join(root, 'var/lib/apt/lists'), { recursive: true });
  });
}
