import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sha256OfFile } from '../checksums.ts';
import type { Problem } from '../problems.ts';
import { seriesOf, type WheelPlace } from './place.ts';
import { type Requirement, wheelOf } from './requirements.ts';

/** Lists what the folder of wheels holds; the build instance fetches what stands in it. */
export const INDEX = 'index.txt';

/** What is not as it has to be in a folder of wheels. */
export interface WheelState {
  /** Requirements without a wheel. */
  missing: Requirement[];
  /** Names of wheels whose checksum is none of those that are pinned. */
  different: string[];
  /** The wheels to be used, by file name. */
  files: string[];
}

/** Compares a folder of wheels with the requirements. `verify` reads every wheel (some 35 MB) for its checksum. */
export function compareWheels(folder: string, requirements: Requirement[], verify: boolean): WheelState {
  const found = existsSync(folder) ? readdirSync(folder) : [];
  const state: WheelState = { missing: [], different: [], files: [] };
  for (const requirement of requirements) {
    const file = found.find(file => {
      const wheel = wheelOf(file);
      return wheel?.name === requirement.name && wheel.version === requirement.version;
    });
    if (file === undefined) state.missing.push(requirement);
    else if (verify && !requirement.sha256.includes(sha256OfFile(join(folder, file)) ?? '')) state.different.push(file);
    else state.files.push(file);
  }
  return state;
}

/** What keeps an image from having its Python packages, for `make plan` and `make ami`; usually nothing. */
export function wheelProblems(place: WheelPlace, requirements: Requirement[]): Problem[] {
  const { missing, different, files } = compareWheels(place.folder, requirements, true);
  const fix = `Run: make fetch os=${place.os} arch=${place.arch} python_version=${place.python}`;
  const target = `for Python ${seriesOf(place.python)} on ${place.os}, ${place.arch}`;
  const problems: Problem[] = [];
  const problem = (value: string, message: string) =>
    problems.push({ parameter: 'python-packages', value, source: place.folder, message, fix });
  if (missing.length > 0) problem(names(missing), `have no wheel here ${target}`);
  if (different.length > 0)
    problem(different.join(', '), 'differ from what ami/python/requirements.txt has the checksum of');
  const isListed = existsSync(join(place.folder, INDEX));
  if (problems.length === 0 && files.length > 0 && !isListed) problem(INDEX, 'the list of the wheels is missing');
  return problems;
}

/** The names of packages for people: `greenlet 3.5.6, psutil 7.2.2`. */
export function names(requirements: Requirement[]): string {
  return requirements.map(({ name, version }) => `${name} ${version}`).join(', ');
}
