import { basename, join } from 'node:path';
import { array, boolean, is, looseObject, number, optional, record, string } from 'valibot';
import type { StepRecord } from '../command/steps.ts';
import type { Plan } from '../plan/plan.ts';
import { foldersOfBuilds } from './folders.ts';
import { readRecord } from './read-record.ts';

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

/** What every command relies on in a plan; an earlier release may have written it. */
const PLAN = looseObject({
  buildId: string(),
  imageName: string(),
  parameters: record(string(), looseObject({ value: string() })),
});

const OUTCOME = looseObject({
  ok: boolean(),
  imageId: optional(string()),
  imageName: optional(string()),
  steps: array(looseObject({ name: string(), seconds: number(), ok: boolean() })),
});

/** What going on with a build relies on beyond that. */
const WHOLE_PLAN = looseObject({
  startedAt: string(),
  description: string(),
  loginUser: string(),
  tags: record(string(), string()),
  buildTags: record(string(), string()),
  place: looseObject({ folder: string(), bucket: string(), prefix: string(), encryption: looseObject({}) }),
  resources: array(looseObject({ name: string(), path: string(), sha256: string() })),
  environment: record(string(), string()),
  variables: looseObject({}),
});

/** True if the plan holds all that is needed to go on with its build; an earlier release may have written less. */
export function isWhole(plan: Plan): boolean {
  return is(WHOLE_PLAN, plan);
}

/** Every build whose record is in `dist`, oldest first. */
export function knownBuilds(dist: string): Build[] {
  return foldersOfBuilds(dist).flatMap(folder => readBuild(folder) ?? []);
}

/** The build in a folder, if there is one. */
export function readBuild(folder: string): Build | undefined {
  const plan = readRecord(join(folder, 'plan.json'), PLAN) as Plan | undefined;
  const outcome = readRecord(join(folder, 'build.json'), OUTCOME) as Outcome | undefined;
  return plan && { folder, plan, ...(outcome && { outcome }) };
}

/** True if `name` is the build's id, its folder's name, or its image's id or name. */
export function isCalled({ folder, plan, outcome }: Build, name: string): boolean {
  return [plan.buildId, basename(folder), plan.imageName, outcome?.imageId].includes(name);
}
