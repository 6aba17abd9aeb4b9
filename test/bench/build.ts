import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/lib/root.ts';
import type { StepRecord } from '../../scripts/lib/steps.ts';
import { type Measurement, median } from './measure.ts';

const BUILDS = 3;

/** What `make ami` spends beside packer, from the start of make to its end, in the local cloud. */
export async function buildOutsidePacker(): Promise<Measurement[]> {
  const outside: number[] = [];
  const packer: number[] = [];
  for (let build = 0; build < BUILDS; build++) {
    const started = performance.now();
    const make = ['make', '--no-print-directory', 'ami', 'config=deploy/sample.yaml', 'env=local', `skip=${leftOut()}`];
    const { status, stderr } = spawnSync('test/cloud/run', ['--', ...make], { cwd: ROOT, encoding: 'utf8' });
    const total = (performance.now() - started) / 1000;
    if (status !== 0) throw new Error(`make ami failed:\n${stderr}`);
    const inPacker = packerSeconds();
    outside.push(total - inPacker);
    packer.push(inPacker);
  }
  return [
    {
      what: 'make ami outside packer, local cloud',
      value: median(outside),
      limit: 3,
      unit: ' s',
      how: `median of ${BUILDS} builds, in which packer took ${median(packer).toFixed(1)} s`,
    },
  ];
}

/** What this machine can't fetch; the image goes without. */
function leftOut(): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['test/fetch.ts'], { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

/** What the newest build's record says of its packer step. */
function packerSeconds(): number {
  const folder = join(ROOT, 'dist/ami');
  const newest = readdirSync(folder).sort().at(-1) ?? '';
  const { steps } = JSON.parse(readFileSync(join(folder, newest, 'build.json'), 'utf8')) as { steps: StepRecord[] };
  return steps.find(({ name }) => name === 'packer')?.seconds ?? 0;
}
