import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../scripts/lib/command/root.ts';
import { loadState, saveState } from '../cloud/state.ts';
import { addImages, addStacks } from '../rollout/account.ts';
import { compare, type Measurement, median, weigh } from './measure.ts';

// lava-ami against local clouds of their own, in which there are as many images and stacks as are to be listed.

const OURS = [join(ROOT, 'scripts/lava-ami')];
/** The AWS CLI that test/cloud/install pins, whichever comes first in PATH. */
const AWS = '/usr/bin/aws';
const IMAGES = 2000;
const STACKS = 500;
const ROUNDS = 5;

/** 2,000 images and 500 stacks. */
export async function listMany(): Promise<Measurement[]> {
  return inAccount(IMAGES, STACKS, async (env, folder) => {
    const log = join(folder, 'api.log');
    await weigh(OURS, { cwd: ROOT, env }); // the first round only warms the caches
    const times: number[] = [];
    let peak = 0;
    let calls = new Map<string, number>();
    for (let round = 0; round < ROUNDS; round++) {
      const before = statSync(log).size;
      const here = await weigh(OURS, { cwd: ROOT, env });
      times.push(here.milliseconds);
      peak = Math.max(peak, here.peak);
      calls = callsIn(readFileSync(log).subarray(before).toString());
    }
    const what = `lava-ami, ${IMAGES} images and ${STACKS} stacks`;
    const images = calls.get('ec2:DescribeImages') ?? Number.NaN;
    const stacks = calls.get('cloudformation:DescribeStacks') ?? Number.NaN;
    const others = [...calls.values()].reduce((sum, count) => sum + count, 0) - images - stacks;
    return [
      { what, value: median(times) / 1000, limit: 3, unit: ' s', how: `median of ${ROUNDS}` },
      { what: `${what}, memory`, value: peak, limit: 150, unit: ' MiB', how: `most of ${ROUNDS}` },
      { what: `${what}, calls for images`, value: images, limit: 1 + IMAGES / 1000, unit: '', how: '1000 to a page' },
      { what: `${what}, calls for stacks`, value: stacks, limit: 1 + STACKS / 100, unit: '', how: '100 to a page' },
      { what: `${what}, other calls`, value: others, limit: 0, unit: '', how: 'in the log of the cloud' },
    ];
  });
}

/** 20 images, against the AWS CLI. */
export async function listFew(): Promise<Measurement[]> {
  return inAccount(20, 5, async env => {
    const theirs = [AWS, '--endpoint-url', env.AWS_ENDPOINT_URL ?? '', 'ec2', 'describe-images', '--owners', 'self'];
    const [ours = 0, cli = 1] = await compare([OURS, theirs], { cwd: ROOT, env, rounds: 11 });
    const how = `${ours.toFixed(0)} ms / ${cli.toFixed(0)} ms, medians of 11`;
    return [
      { what: 'lava-ami, 20 images, against aws ec2 describe-images', value: ours / cli, limit: 2, unit: 'x', how },
    ];
  });
}

function callsIn(log: string): Map<string, number> {
  const calls = new Map<string, number>();
  for (const line of log.split('\n').filter(Boolean)) {
    const { service, action } = JSON.parse(line);
    calls.set(`${service}:${action}`, (calls.get(`${service}:${action}`) ?? 0) + 1);
  }
  return calls;
}

/** A cloud in a folder of its own that has so many images and stacks, for as long as the work takes. */
async function inAccount(
  images: number,
  stacks: number,
  work: (env: NodeJS.ProcessEnv, folder: string) => Promise<Measurement[]>,
): Promise<Measurement[]> {
  const folder = mkdtempSync(join(tmpdir(), 'lava-ami-'));
  const cloud = { ...process.env, LAVA_CLOUD_DIR: folder };
  const run = (command: string, ...words: string[]) => {
    const { status, stdout, stderr } = spawnSync(join(ROOT, 'test/cloud', command), words, {
      env: cloud,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`test/cloud/${command} ended with status ${status}: ${stderr}`);
    return stdout;
  };
  try {
    run('run', '--no-base', '--', 'true');
    run('stop');
    const state = loadState(folder);
    addImages(state, images);
    addStacks(state, stacks, images);
    saveState(folder, state);
    const lines = run('run', '--no-base', '--', 'env', '-0').split('\0').filter(Boolean);
    const env = Object.fromEntries(
      lines.map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    return await work(env, folder);
  } finally {
    run('clean');
    rmSync(folder, { recursive: true, force: true });
  }
}
