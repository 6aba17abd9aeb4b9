import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../../../scripts/lib/command/root.ts';
import { run } from '../../instances/run.ts';
import { type BaseImage, type BaseOptions, cachedBase } from '../cached-base.ts';
import { runContained } from '../contained.ts';
import { beneathBase } from './beneath.ts';
import { PROGRAMS } from './programs.ts';

/** One package repository of a stand-in. */
export interface Repository {
  /** Folder below /usr/share/stand-in. */
  folder: string;
  /** Of all packages in it. */
  version: string;
  packages: readonly string[];
  /** The folder of a repository whose packages this one has as well. */
  older?: string;
}

/** A release of Amazon Linux that is stood in for. */
export interface Release {
  os: 'amzn2023' | 'amzn2';
  /** What dnf is to take for $releasever when the base image is made. */
  release: string;
  repositories: readonly Repository[];
  /** Takes the place of the mirror list in os/<os>/base/repository. */
  address: string;
  /** os-release, for a release. */
  osRelease(release: string): string;
  /** Files that only this one has, by path; those that begin with #! are programs. */
  files?: Readonly<Record<string, string>>;
}

const HERE = import.meta.dirname;
const SCRIPTS = ['make-packages', 'bootstrap'];
const PARTS = ['extra', 'headers'];
/** Where the recipe lies in the root while the stand-in is made. */
const RECIPE = 'var/tmp/recipe';
/** Where packages come from, in the stand-in. */
export const REPOSITORIES = '/usr/share/stand-in';

/** The names in a list of os/<os>/base, one a line; lines that begin with # are for readers. */
export function namesIn(os: string, list: 'packages' | 'image'): string[] {
  const lines = readFileSync(join(ROOT, 'os', os, 'base', list), 'utf8').split('\n');
  return lines.filter(line => line !== '' && !line.startsWith('#'));
}

/**
 * A stand-in for Amazon Linux, for where the true one can't be had: it says it is that, has real dnf and rpm and packages
 * by the distribution's names, which hold Debian's programs or nothing.
 */
export function amazonLinuxBase(release: Release, options: BaseOptions): Promise<BaseImage> {
  const { os } = release;
  const folders = [...PARTS.map(name => join(HERE, name)), join(ROOT, 'os', os, 'base')];
  const files = [...SCRIPTS.map(name => join(HERE, name)), ...folders.flatMap(filesBelow)];
  const sources = [import.meta.filename, join(HERE, 'programs.ts'), join(HERE, 'beneath.ts'), ...files];
  const recipe = JSON.stringify([
    release,
    release.osRelease(release.release),
    sources.map(file => readFileSync(file, 'utf8')),
  ]);
  return cachedBase(`${os}-stand-in`, recipe, options, async root => {
    const debian = [...new Set(Object.values(PROGRAMS).flat())];
    const beneath = await beneathBase(debian, options);
    await run('cp', '-a', `${beneath.rootfs}/.`, root);
    const inRoot = (...command: string[]) => runContained('chroot', root, ...command);
    const place = join(root, RECIPE);
    mkdirSync(place);
    for (const name of SCRIPTS) cpSync(join(HERE, name), join(place, name));
    cpSync(join(HERE, 'headers'), join(place, 'headers'), { recursive: true });
    cpSync(join(ROOT, 'os', os, 'base'), join(place, 'base'), { recursive: true });
    for (const repository of release.repositories) {
      options.log(`${os}-stand-in: ${repository.packages.length} packages of ${repository.folder}`);
      writeExtra(join(place, 'extra'), release, repository.version);
      const lines = repository.packages.map(name => `${name}\t${(PROGRAMS[name] ?? []).join(' ')}\n`);
      writeFileSync(join(place, 'lines'), lines.join(''));
      const [target, older] = [repository.folder, repository.older].map(name => name && `${REPOSITORIES}/${name}`);
      const make = `/${RECIPE}/make-packages ${target} ${repository.version} ${older ?? ''}`;
      await inRoot('sh', '-ec', `${make} < /${RECIPE}/lines`);
    }
    disguise(root, release);
    await inRoot(`/${RECIPE}/bootstrap`, `/${RECIPE}/base`, release.release, '/', release.address);
    // Owns what only the system beneath has.
    await inRoot('dnf', '--assumeyes', '--quiet', `--releasever=${release.release}`, 'install', 'stand-in');
    await inRoot('dnf', '--quiet', 'clean', 'all');
    rmSync(place, { recursive: true });
    // Configurators that are for Debian fail here.
    for (const file of ['apt', 'apt-cache', 'apt-get', 'dpkg', 'dpkg-query']) rmSync(join(root, 'usr/bin', file));
  });
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
}

/** Files of packages that no Debian package has, below `folder`/<package>. */
function writeExtra(folder: string, { os, osRelease, files = {} }: Release, version: string): void {
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(HERE, 'extra'), folder, { recursive: true });
  const all: Record<string, string> = {
    'system-release/usr/lib/os-release': osRelease(version),
    'system-release/usr/lib/motd.d/30-banner': `The banner of ${os}\n`,
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
    chmodSync(join(folder, path), text.startsWith('#!') ? 0o755 : 0o644);
  }
  mkdirSync(join(folder, 'python3/usr/bin'), { recursive: true });
  symlinkSync('python3.11', join(folder, 'python3/usr/bin/python3'));
}

/** What the packages of a base image do not bring, since they are empty. */
function disguise(root: string, { os }: Release): void {
  // In Debian this is a link to the same place.
  rmSync(join(root, 'etc/os-release'), { force: true });
  symlinkSync('../usr/lib/os-release', join(root, 'etc/os-release'));
  mkdirSync(join(root, 'etc/yum.repos.d'), { recursive: true });
  // Keeps copies of what is installed from files, for other machines.
  writeFileSync(join(root, 'etc/dnf/plugins/local.conf'), '[main]\nenabled = false\n');
  if (os === 'amzn2') symlinkSync('dnf', join(root, 'usr/bin/yum'));
  // systemd's generator looks for rc.local where Debian has it.
  mkdirSync(join(root, 'etc/rc.d'), { recursive: true });
  symlinkSync('rc.d/rc.local', join(root, 'etc/rc.local'));
  edit(join(root, 'etc/cloud/cloud.cfg.d/90-ec2.cfg'), text =>
    text.replace('name: admin', 'name: ec2-user').replace('gecos: Debian', 'gecos: EC2 user'),
  );
  edit(join(root, 'etc/cloud/cloud.cfg'), text => text.replaceAll(/^ - (apt-.*|grub-dpkg)\n/gm, ''));
}

function edit(file: string, change: (text: string) => string): void {
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}
