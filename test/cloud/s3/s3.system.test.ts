import { execFile, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../temporary-folder.ts';
import { type RunningEndpoint, runEndpoint } from '../endpoint/running-endpoint.ts';
import { presignS3 } from '../endpoint/signed-request.ts';
import { BUCKET, REGION } from '../state.ts';

vi.setConfig({ testTimeout: 120_000 });

const run = promisify(execFile);
const MIB = 2 ** 20;

/** Every AWS CLI of this machine, whatever its version. */
const CLIS = [...new Set((process.env.PATH ?? '').split(delimiter).map(folder => join(folder, 'aws')))]
  .filter(file => existsSync(file))
  .filter((file, index, all) => all.findIndex(other => realpathSync(other) === realpathSync(file)) === index)
  .map(file => ({ file, version: execFileSync(file, ['--version']).toString().split(' ')[0]! }));

/** The settings of this process that would lead a client elsewhere are left out. */
const CLEAN = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^AWS_|_proxy$|_ca_bundle$/i.test(name)),
);

let endpoint: RunningEndpoint;
let work: string;
beforeAll(async () => {
  endpoint = await runEndpoint();
  work = temporaryFolder('s3-system-');
  // Version 1 presigns in the old way, which S3 no longer takes for buckets made since 2020, unless it is told.
  writeFileSync(join(work, 'config'), '[default]\ns3 =\n  signature_version = s3v4\n');
});
afterAll(async () => {
  await endpoint.remove();
});

it('finds an AWS CLI to test with', () => {
  expect(CLIS.length).toBeGreaterThan(0);
});

/** How a client reaches the cloud: told its address, or believing that it talks to AWS. */
const WAYS = {
  AWS_ENDPOINT_URL: () => ({ AWS_ENDPOINT_URL: endpoint.url }),
  HTTPS_PROXY: () => ({ HTTPS_PROXY: endpoint.url, AWS_CA_BUNDLE: endpoint.caBundle }),
};

const cases = CLIS.flatMap(cli => (Object.keys(WAYS) as (keyof typeof WAYS)[]).map(way => ({ ...cli, way })));

describe.each(cases)('$version through $way', ({ file, version, way }) => {
  const prefix = `s3://${BUCKET}/${version}/${way}`;
  /** CLIs before 2.13 and 1.29 do not read AWS_ENDPOINT_URL; they have an option for it. */
  const [, major = 0, minor = 0] = (/(\d+)\.(\d+)\./.exec(version) ?? []).map(Number);
  const readsVariable = minor >= (major === 1 ? 29 : 13);
  const aws = async (...args: string[]) => {
    const option = way === 'AWS_ENDPOINT_URL' && !readsVariable ? ['--endpoint-url', endpoint.url] : [];
    const env = {
      ...CLEAN,
      ...WAYS[way](),
      AWS_ACCESS_KEY_ID: endpoint.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: endpoint.credentials.secretAccessKey,
      AWS_DEFAULT_REGION: REGION,
      AWS_CONFIG_FILE: join(work, 'config'),
      AWS_EC2_METADATA_DISABLED: 'true',
    };
    return (await run(file, [...option, ...args], { env, maxBuffer: 10 * MIB })).stdout;
  };
  const local = (name: string) => join(work, `${version}-${way}`.replace('/', '-'), name);

  beforeAll(() => {
    mkdirSync(local('tree/deep er'), { recursive: true });
    for (const name of ['a.txt', 'ü+=.txt', 'deep er/b.txt']) writeFileSync(join(local('tree'), name), `file ${name}`);
    writeFileSync(local('large'), randomBytes(40 * MIB));
  });

  it('copies, lists and removes', async () => {
    await aws('s3', 'cp', local('tree/ü+=.txt'), `${prefix}/x y/ü+=.txt`);
    expect(await aws('s3', 'ls', '--recursive', `${prefix}/x y/`)).toContain('x y/ü+=.txt');
    expect(await aws('s3', 'ls', `${prefix}/`)).toContain('PRE x y/');
    expect(await aws('s3', 'cp', `${prefix}/x y/ü+=.txt`, '-')).toBe('file ü+=.txt');
    await aws('s3', 'mv', `${prefix}/x y/ü+=.txt`, `${prefix}/moved`);
    expect(await aws('s3', 'ls', '--recursive', `${prefix}/`)).toMatch(/^\S+ \S+ +13 .*moved\n$/);
    await aws('s3', 'rm', '--recursive', `${prefix}/`);
    await expect(aws('s3', 'ls', `${prefix}/`)).rejects.toMatchObject({ code: 1 });
  });

  it('syncs a folder up and down, only what differs', async () => {
    await aws('s3', 'sync', local('tree'), `${prefix}/tree/`);
    expect(await aws('s3', 'sync', local('tree'), `${prefix}/tree/`)).toBe('');
    await aws('s3', 'sync', `${prefix}/tree/`, local('back'));
    expect(readFileSync(local('back/deep er/b.txt'), 'utf8')).toBe('file deep er/b.txt');
    rmSync(local('tree/a.txt'));
    expect(await aws('s3', 'sync', '--delete', local('tree'), `${prefix}/tree/`)).toMatch(/delete: .*a\.txt/);
  });

  it('moves 40 MiB in parts', async () => {
    await aws('s3', 'cp', '--no-progress', local('large'), `${prefix}/large`);
    const key = `${version}/${way}/large`;
    const head = JSON.parse(await aws('s3api', 'head-object', '--bucket', BUCKET, '--key', key));
    expect(head).toMatchObject({ ContentLength: 40 * MIB, ETag: expect.stringMatching(/-5"$/) });
    await aws('s3', 'cp', '--no-progress', `${prefix}/large`, local('large.back'));
    expect(readFileSync(local('large.back')).equals(readFileSync(local('large')))).toBe(true);
    await aws('s3', 'cp', '--no-progress', `${prefix}/large`, `${prefix}/large.copy`);
    await aws('s3', 'rm', `${prefix}/large.copy`);
  });

  it('presigns a URL that curl can read', async () => {
    await aws('s3', 'cp', local('tree/deep er/b.txt'), `${prefix}/x y/ü+=.txt`);
    const url = (await aws('s3', 'presign', `${prefix}/x y/ü+=.txt`, '--region', REGION)).trim();
    expect(url).toContain('X-Amz-Signature=');
    const proxy = way === 'HTTPS_PROXY' ? ['--proxy', endpoint.url, '--cacert', endpoint.caBundle] : [];
    const { stdout } = await run('curl', ['--silent', '--fail', ...proxy, url], { env: CLEAN });
    expect(stdout).toBe('file deep er/b.txt');
  });

  it('reads the errors of S3', async () => {
    await expect(aws('s3', 'ls', 's3://no-such-bucket')).rejects.toThrow('NoSuchBucket');
    await expect(aws('s3api', 'get-object', '--bucket', BUCKET, '--key', 'none', local('x'))).rejects.toThrow(
      'NoSuchKey',
    );
    await expect(aws('s3api', 'get-bucket-website', '--bucket', BUCKET)).rejects.toThrow('GetBucketWebsite');
  });
});

it('takes a body of 1 GiB in little memory', async () => {
  const folder = temporaryFolder('s3-memory-');
  const cloud = JSON.stringify(join(import.meta.dirname, '..'));
  const program = `
    const { runEndpoint } = await import(${cloud} + '/endpoint/running-endpoint.ts');
    const { port, credentials } = await runEndpoint({ folder: ${JSON.stringify(folder)} });
    console.log(JSON.stringify({ port, credentials }));`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const line: Buffer = await new Promise(done => child.stdout.once('data', done));
    const remote: RunningEndpoint = JSON.parse(line.toString());
    const url = async (method: string) => {
      const { path, query = {} } = await presignS3(remote, { method, path: `/${BUCKET}/huge` });
      return `http://127.0.0.1:${remote.port}${path}?${new URLSearchParams(query)}`;
    };
    const file = join(work, 'huge');
    writeFileSync(file, '');
    truncateSync(file, 1024 * MIB);
    const start = performance.now();
    await run('curl', ['--silent', '--fail', '--upload-file', file, await url('PUT')], { env: CLEAN });
    const seconds = (performance.now() - start) / 1000;
    await run('curl', ['--silent', '--fail', '--output', '/dev/null', await url('GET')], { env: CLEAN });
    const peak = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024;
    console.info(`1 GiB in ${seconds.toFixed(1)} s; at most ${peak.toFixed(0)} MiB of memory`);
    expect(peak).toBeGreaterThan(10);
    expect(peak).toBeLessThan(300);
  } finally {
    child.kill('SIGKILL');
  }
});
