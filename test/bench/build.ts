import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/lib/command/root.ts';
import type { StepRecord } from '../../scripts/lib/command/steps.ts';
import { leftOut } from './left-out.ts';
import { type Measurement, median, time } from './measure.ts';
import { type ComparedStep, compareSteps } from './steps.ts';

const WARM_BUILDS = 3;
/** What was compiled is kept below this place, in the local cloud of deploy/sample.yaml. */
const COMPILED = 's3://lava-local/lava/ami/compiled/';

interface Build {
  /** From the start of make to its end, in seconds. */
  total: number;
  steps: StepRecord[];
}

/** One measurement comes with what every step took. */
export type BuildMeasurement = Measurement & { steps?: ComparedStep[] };

/**
 * Builds debian12 in the local cloud: once cold, with nothing compiled yet, and then warm. Packages of the distribution
 * that were downloaded before are there for both.
 */
export async function builds(): Promise<BuildMeasurement[]> {
  await inCloud('aws', 's3', 'rm', '--recursive', '--only-show-errors', COMPILED);
  const cold = await build();
  const warm: Build[] = [];
  while (warm.length < WARM_BUILDS) warm.push(await build());
  const warmTotal = median(warm.map(({ total }) => total));
  const outside = median(warm.map(({ total, steps }) => total - packerSeconds(steps)));
  const inPacker = median(warm.map(({ steps }) => packerSeconds(steps)));
  return [
    {
      what: 'make ami outside packer, local cloud',
      value: outside,
      limit: 3,
      unit: ' s',
      how: `median of ${WARM_BUILDS} builds, in which packer took ${inPacker.toFixed(1)} s`,
    },
    {
      what: 'make ami of debian12 warm, against cold',
      value: warmTotal / cold.total,
      limit: 1 / 3,
      unit: 'x',
      how: `${warmTotal.toFixed(0)} s, median of ${WARM_BUILDS} / ${cold.total.toFixed(0)} s with nothing compiled`,
      steps: compareSteps(
        cold.steps,
        warm.map(({ steps }) => steps),
      ),
    },
  ];
}

async function build(): Promise<Build> {
  const make = [
    'make',
    '--no-print-directory',
    'ami',
    'config=deploy/sample.yaml',
    'env=local',
    `skip=${await leftOut()}`,
  ];
  const total = (await inCloud(...make)) / 1000;
  const folder = join(ROOT, 'dist/ami');
  const newest = readdirSync(folder).sort().at(-1) ?? '';
  const { steps } = JSON.parse(readFileSync(join(folder, newest, 'build.json'), 'utf8')) as { steps: StepRecord[] };
  return { total, steps };
}

/** Milliseconds that a command takes inside the local cloud. */
function inCloud(...command: string[]): Promise<number> {
  return time(['test/cloud/run', '--', ...command], { cwd: ROOT });
}

/** What a build's record says of its packer step. */
function packerSeconds(steps: StepRecord[]): number {
  return steps.find(({ name }) => name === 'packer')?.seconds ?? 0;
}
