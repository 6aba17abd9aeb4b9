import { spawnSync } from 'node:child_process';
import { ROOT } from '../../scripts/lib/command/root.ts';

/** What this machine can't fetch; images go without. Separated by commas. */
export function leftOut(): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['test/fetch.ts'], { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}
