import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Gives a run a folder of its own for temporary files. The run fails when its tests have left something there. */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'vitest-'));
  process.env.TMPDIR = folder;
  return () => {
    const left = readdirSync(folder);
    rmSync(folder, { recursive: true, force: true });
    if (left.length > 0) {
      throw new Error(
        `Tests left behind in the folder for temporary files: ${left.sort().join(', ')}. ` +
          'temporaryFolder() of test/temporary-folder.ts makes folders that are removed.',
      );
    }
  };
}
