import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../../command/problems.ts';
import { sha256OfFile } from '../checksums.ts';
import { seriesOf, type WheelPlace } from './place.ts';
import { type Requirement, wheelOf } from './requirements.ts';

/** Lists what the folder of wheels holds; the build instance fetches what stands in it. */
export const INDEX = 'index.txt';

/** What is not as it has to be among wheels. */
export interface WheelState {
  /** Requirements without a wheel. */
  missing: Requirement[];
  /** Names of wheels whose checksum is none of those that are pinned. */
  different: string[];
  /** The wheels to be used, by file name. */
  files: string[];
}

/** The names of the files in a folder of wheels, which may not be there yet. */
export function filesOf(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** Compares files with the requirements; given their folder, by checksum as well, for which each is read. */
export function compareWheels(found: string[], requirements: Requirement[], folder?: string): WheelState {
  const state: WheelState = { missing: [], different: [], files: [] };
  for (const requirement of requirements) {
    const file = found.find(file => {
      const wheel = wheelOf(file);
      return wheel?.name === requirement.name && wheel.version === requirement.version;
    });
    if (file === undefined) state.missing.push(requirement);
    else if (folder && !requirement.sha256.includes(sha256OfFile(join(folder, file)) ?? '')) state.different.push(file);
    else state.files.push(file);
  }
  return state;
}

/**
 * What keeps an image from having its Python packages; usually nothing. `found` are names of files in `where`, a
 * folder of this machine if their checksums are to be compared as well.
 */
export function wheelProblems(
  place: WheelPlace,
  requirements: Requirement[],
  found: string[],
  where: { folder: string } | { url: string },
): Problem[] {
  const [folder, source] = 'folder' in where ? [where.folder, where.folder] : [undefined, where.url];
  const { missing, different } = compareWheels(found, requirements, folder);
  const target = `Python ${seriesOf(place.python)} on ${place.os}, ${place.arch}`;
  const fix = `Run: make fetch os=${place.os} arch=${place.arch} python_version=${place.python}`;
  const problem = (value: string, message: string) => ({ parameter: 'python-packages', value, source, message, fix });
  const problems: Problem[] = [];
  if (missing.length > 0) problems.push(problem(names(missing), `no wheel for ${target} is there`));
  if (different.length > 0) {
    problems.push(problem(different.join(', '), 'not what ami/python/requirements.txt has the checksum of'));
  }
  if (problems.length === 0 && !found.includes(INDEX)) problems.push(problem(INDEX, 'the list of wheels is missing'));
  return problems;
}

/** The names of packages for people: `greenlet 3.5.6, psutil 7.2.2`. */
export function names(requirements: Requirement[]): string {
  return requirements.map(({ name, version }) => `${name} ${version}`).join(', ');
}
