import { execFileSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Programs that the local cloud runs, and the Debian packages that have them. */
const PROGRAMS: Record<string, string> = {
  'apt-get': 'apt',
  debootstrap: 'debootstrap',
  flock: 'util-linux',
  ip: 'iproute2',
  mount: 'mount',
  nsenter: 'util-linux',
  openssl: 'openssl',
  'ssh-keygen': 'openssh-client',
  'systemd-nspawn': 'systemd-container',
  unshare: 'util-linux',
};

/** What of a machine the local cloud looks at. */
export interface Host {
  platform: string;
  isRoot: boolean;
  hasProgram(name: string): boolean;
  hasOverlay(): boolean;
}

/** One line that says what this machine lacks to be a local cloud and how to mend it; nothing if it lacks nothing. */
export function whatIsMissing(host: Host = thisHost()): string | undefined {
  if (host.platform !== 'linux') {
    return `The local cloud needs Linux (Debian 12 is best), and this is ${host.platform}: use a Linux machine.`;
  }
  if (!host.isRoot) return 'The local cloud needs root, for its containers and their network: run it with sudo.';
  const missing = Object.keys(PROGRAMS).filter(program => !host.hasProgram(program));
  if (missing.length > 0) {
    const packages = [...new Set(missing.map(program => PROGRAMS[program]))].join(' ');
    return `The local cloud needs ${missing.join(', ')}: apt-get install ${packages}`;
  }
  if (!host.hasOverlay()) {
    return 'The local cloud needs the file system overlay, which this kernel lacks: use a kernel that has it.';
  }
  return undefined;
}

function thisHost(): Host {
  return {
    platform: process.platform,
    isRoot: process.getuid?.() === 0,
    hasProgram: name => (process.env.PATH ?? '').split(':').some(folder => isExecutable(join(folder, name))),
    hasOverlay: () => knowsOverlay() || loadOverlay(),
  };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function knowsOverlay(): boolean {
  return /\boverlay$/m.test(readFileSync('/proc/filesystems', 'utf8'));
}

/** Where overlay is a module, it is known only once it was loaded. */
function loadOverlay(): boolean {
  try {
    execFileSync('modprobe', ['overlay'], { stdio: 'ignore' });
  } catch {
    return false;
  }
  return knowsOverlay();
}
