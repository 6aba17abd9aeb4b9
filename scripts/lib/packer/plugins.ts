import { join } from 'node:path';
import { $ } from 'zx/core';
import { Failure } from '../command/problems.ts';
import { ROOT } from '../command/root.ts';

/** Packer has had its builders as plugins, and `packer init`, since this version. */
const FIRST_WITH_PLUGINS = [1, 7];

/** Makes sure that packer is there and has the plugins of ami/plugins.pkr.hcl; packers before 1.7 need none. */
export async function preparePacker(): Promise<void> {
  const quiet = $({ quiet: true, nothrow: true });
  const version = await quiet`packer version`;
  if (version.exitCode !== 0) {
    throw new Failure(
      'packer is not installed. Install it: on Debian apt-get install packer, elsewhere see packer.io.',
    );
  }
  if (!hasPlugins(version.stdout)) return;
  const init = await quiet`packer init ${join(ROOT, 'ami/plugins.pkr.hcl')}`;
  if (init.exitCode !== 0) throw new Failure(`packer init failed:\n${init.stderr || init.stdout}`);
}

/** Reads `Packer v1.6.6`, as `packer version` prints it. */
export function hasPlugins(version: string): boolean {
  const [major = 0, minor = 0] = (/v(\d+)\.(\d+)\./.exec(version) ?? []).slice(1).map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = FIRST_WITH_PLUGINS;
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}
