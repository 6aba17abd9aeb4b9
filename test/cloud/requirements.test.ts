import { expect, test } from 'vitest';
import { type Host, whatIsMissing } from './requirements.ts';

const GOOD: Host = { platform: 'linux', isRoot: true, hasProgram: () => true, hasOverlay: () => true };

test.each<[string, Partial<Host>, string | undefined]>([
  ['nothing', {}, undefined],
  ['Linux', { platform: 'darwin' }, 'needs Linux (Debian 12 is best), and this is darwin'],
  ['root', { isRoot: false }, 'needs root, for its containers and their network: run it with sudo.'],
  [
    'programs',
    { hasProgram: name => !['debootstrap', 'systemd-nspawn', 'unshare', 'nsenter'].includes(name) },
    'needs debootstrap, nsenter, systemd-nspawn, unshare: apt-get install debootstrap util-linux systemd-container',
  ],
  ['overlay', { hasOverlay: () => false }, 'needs the file system overlay'],
])('what is missing: %s', (_what, host, message) => {
  const missing = whatIsMissing({ ...GOOD, ...host });
  if (message === undefined) expect(missing).toBeUndefined();
  else expect(missing).toContain(message);
  // One line, whatever it is.
  expect(missing ?? '').not.toContain('\n');
});
