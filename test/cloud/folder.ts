import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Marks a folder as one that a local cloud made and may remove. */
const MARK = 'LOCAL-CLOUD';
const MARK_TEXT = 'This folder belongs to the local cloud of test/cloud. Remove it with test/cloud/clean.\n';

/** Where the cloud of this checkout keeps everything: LAVA_CLOUD_DIR, or `.cloud` at the top of the checkout. */
export function cloudFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return resolve(environment.LAVA_CLOUD_DIR || join(import.meta.dirname, '../../.cloud'));
}

/** Makes the folder, readable by its owner alone. Throws when it holds what no local cloud put there. */
export function claimFolder(folder: string): void {
  // Listed once: another run may be claiming the folder at the same time, and the mark is the first thing in it.
  const entries = existsSync(folder) ? readdirSync(folder) : [];
  if (entries.includes(MARK)) return;
  if (entries.length > 0) {
    throw new Error(`${folder} holds something else. Name an empty folder in LAVA_CLOUD_DIR.`);
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, MARK), MARK_TEXT);
}

/** True for a folder that claimFolder() made. */
export function isCloudFolder(folder: string): boolean {
  return existsSync(join(folder, MARK));
}
