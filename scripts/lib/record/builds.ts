import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import type { StepRecord } from '../command/steps.ts';
import type { Plan } from '../plan/plan.ts';

/** What is on the image, as CycloneDX, in the folder of its build. */
export const SBOM = 'sbom.cdx.json';

/** How a build ended, as its record has it. */
export interface Outcome {
  ok: boolean;
  imageId?: string;
  imageName?: string;
  startedAt: string;
  steps: StepRecord[];
}

/** A build of this checkout that came as far as a plan. */
export interface Build {
  folder: string;
  plan: Plan;
  /** Missing while it runs, and where it was killed. */
  outcome?: Outcome;
}

/** Every build whose record is in `dist`, oldest first. */
export function knownBuilds(dist: string): Build[] {
  const parent = join(dist, 'ami');
  const names = existsSync(parent) ? readdirSync(parent).sort() : [];
  return names.flatMap(name => readBuild(join(parent, name)) ?? []);
}

/** The build in a folder, if there is one. */
export function readBuild(folder: string): Build | undefined {
  const plan = read<Plan>(join(folder, 'plan.json'));
  const outcome = read<Outcome>(join(folder, 'build.json'));
  return plan && { folder, plan, ...(outcome && { outcome }) };
}

/** True if `name` is the build's id, its folder's name, or its image's id or name. */
export function isCalled({ folder, plan, outcome }: Build, name: string): boolean {
  return [plan.buildId, basename(folder), plan.imageName, outcome?.imageId].includes(name);
}

/** One that can't be read, as of a build that was killed, is passed over. */
function read<Content>(file: string): Content | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    console.error(`${relative('', file)} can not be read, and is passed over: ${(error as Error).message}`);
    return undefined;
  }
}
