import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The top folder of this checkout. */
export const ROOT = resolve(dirname(import.meta.filename), '../../..');

/** The lava version that images are built for: package.json's version. */
export function lavaVersion(): string {
  return JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version;
}
