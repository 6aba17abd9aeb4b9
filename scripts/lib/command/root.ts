import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The top folder of this checkout, or of the factory on an image: the nearest one above with a package.json. */
export const ROOT = above(dirname(import.meta.filename));

function above(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : above(dirname(folder));
}

/** The lava version that images are built for: package.json's version. */
export function lavaVersion(): string {
  return JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version;
}
