import { randomBytes, randomFillSync } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readdirSync, renameSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { $ } from 'zx/core';
import { ROOT } from '../../scripts/lib/command/root.ts';
import { compare, type Measurement, median, weigh } from './measure.ts';

// The product's sync against that of the AWS CLI, both to the local cloud's S3.

const RESOURCES = join(ROOT, 'ami/resources.s3');
const BUCKET = 'lava-local';
/** The AWS CLI that test/cloud/install pins, whichever comes first in PATH. */
const AWS = '/usr/bin/aws';
const MIB = 2 ** 20;
/** What the product promises to stay under, in MiB. */
const MEMORY = 200;

/** Nothing to do for 500 objects. */
export async function syncNothing(): Promise<Measurement[]> {
  const files = Array.from({ length: 500 }, (_, n) => ({ name: `small/${n % 20}/${n}`, size: 1000 + n * 97 }));
  return withFiles(files, async (env, prefix) => {
    const ours = product(prefix);
    const theirs = await cli(prefix);
    const [product_ = 0, cli_ = 1] = await compare([ours, theirs], { cwd: ROOT, env, rounds: 11 });
    return [
      {
        what: 'sync, nothing to do for 500 objects, against aws',
        value: product_ / cli_,
        limit: 0.25,
        unit: 'x',
        how: `${product_.toFixed(0)} ms / ${cli_.toFixed(0)} ms, medians of 11`,
      },
    ];
  });
}

/** 1 GiB in sizes from 1 to 512 MiB. */
export async function syncMixed(): Promise<Measurement[]> {
  const sizes = [
    [512, 1],
    [64, 4],
    [8, 16],
    [1, 128],
  ] as const;
  const files = sizes.flatMap(([size, count]) =>
    Array.from({ length: count }, (_, n) => ({ name: `mixed/${size}-${n}`, size: size * MIB })),
  );
  return withFiles(files, async env => {
    const ours: number[] = [];
    const theirs: number[] = [];
    let peak = 0;
    for (let round = 0; round < 3; round++) {
      const here = await weigh(product(newPrefix()), { cwd: ROOT, env });
      ours.push(here.milliseconds);
      peak = Math.max(peak, here.peak);
      theirs.push((await weigh(await cli(newPrefix()), { cwd: ROOT, env })).milliseconds);
    }
    const [product_, cli_] = [median(ours) / 1000, median(theirs) / 1000];
    return [
      {
        what: 'sync, 1 GiB in mixed sizes, against aws',
        value: product_ / cli_,
        limit: 1,
        unit: 'x',
        how: `${product_.toFixed(1)} s / ${cli_.toFixed(1)} s, medians of 3`,
      },
      { what: 'sync, 1 GiB in mixed sizes, memory', value: peak, limit: MEMORY, unit: ' MiB', how: 'most of 3' },
    ];
  });
}

/** One file of 3 GiB. */
export async function syncOneLargeFile(): Promise<Measurement[]> {
  return withFiles([{ name: 'large', size: 3072 * MIB }], async env => {
    const { peak, milliseconds } = await weigh(product(newPrefix()), { cwd: ROOT, env });
    const how = `uploaded in ${(milliseconds / 1000).toFixed(1)} s`;
    return [{ what: 'sync, one file of 3 GiB, memory', value: peak, limit: MEMORY, unit: ' MiB', how }];
  });
}

/** Started as make starts it, but for make, so that the process can be weighed. */
function product(prefix: string): string[] {
  const given = { region: 'us-east-1', s3bucket: BUCKET, s3prefix: prefix };
  const words = Object.entries(given).map(([name, value]) => `PARAMETER_${name}=${value}`);
  const names = `PARAMETERS=${Object.keys(given).join(' ')}`;
  const cache = `NODE_COMPILE_CACHE=${join(ROOT, 'node_modules/.cache/node-compile')}`;
  return ['env', cache, names, ...words, process.execPath, '--min-semi-space-size=16', join(ROOT, 'scripts/sync.ts')];
}

async function cli(prefix: string): Promise<string[]> {
  const endpoint = ['--endpoint-url', (await cloudEnvironment()).AWS_ENDPOINT_URL ?? ''];
  const skip = ['--exclude', 'README.md', '--exclude', '.*'];
  return [AWS, ...endpoint, 's3', 'sync', ...skip, RESOURCES, `s3://${BUCKET}/${prefix}`];
}

function newPrefix(): string {
  return `bench-${randomBytes(4).toString('hex')}/`;
}

/**
 * Has nothing but these files among the resources for as long as the work takes, and takes away what it left in S3. What
 * was there is put aside, in a hidden folder, which neither side syncs.
 */
async function withFiles(
  files: { name: string; size: number }[],
  work: (env: NodeJS.ProcessEnv, prefix: string) => Promise<Measurement[]>,
): Promise<Measurement[]> {
  const folder = join(RESOURCES, `bench-${process.pid}`);
  const env = await cloudEnvironment();
  const aside = join(RESOURCES, `.aside-${process.pid}`);
  const others = readdirSync(RESOURCES).filter(name => !name.startsWith('.') && name !== 'README.md');
  mkdirSync(aside);
  try {
    for (const name of others) renameSync(join(RESOURCES, name), join(aside, name));
    for (const { name, size } of files) writeRandom(join(folder, name), size);
    return await work(env, newPrefix());
  } finally {
    rmSync(folder, { recursive: true, force: true });
    for (const name of readdirSync(aside)) renameSync(join(aside, name), join(RESOURCES, name));
    rmdirSync(aside);
    const left = ['--exclude', '*', '--include', 'bench-*', `s3://${BUCKET}/`];
    await $({
      env,
      nothrow: true,
      quiet: true,
    })`${AWS} --endpoint-url ${env.AWS_ENDPOINT_URL ?? ''} s3 rm --quiet --recursive ${left}`;
  }
}

function writeRandom(path: string, size: number): void {
  mkdirSync(dirname(path), { recursive: true });
  const block = randomFillSync(Buffer.alloc(Math.min(size, 4 * MIB)));
  const file = openSync(path, 'w');
  for (let written = 0; written < size; written += block.length) {
    block.writeUIntBE(written, 0, 6); // no two blocks are the same
    writeSync(file, block, 0, Math.min(block.length, size - written));
  }
  closeSync(file);
}

let known: NodeJS.ProcessEnv | undefined;

/** The environment that the local cloud gives the commands that run in it. */
async function cloudEnvironment(): Promise<NodeJS.ProcessEnv> {
  if (known) return known;
  const { stdout } = await $({ cwd: ROOT, quiet: true })`test/cloud/run -- env -0`;
  known = Object.fromEntries(
    stdout
      .split('\0')
      .filter(Boolean)
      .map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  return known;
}
