import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { passOver } from './json-file.ts';

/** The folders of all builds in `dist`, oldest first. */
export function foldersOfBuilds(dist: string): string[] {
  const parent = join(dist, 'ami');
  try {
    const entries = readdirSync(parent, { withFileTypes: true });
    return entries
      .filter(entry => entry.isDirectory())
      .map(({ name }) => join(parent, name))
      .sort();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') passOver(parent, message);
    return [];
  }
}
