import { spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { TagInstanceProfileCommand, TagRoleCommand } from '@aws-sdk/client-iam';
import type { Aws } from './aws.ts';
import { followConfigurators } from './failed-configurators.ts';
import { type KeyPair, tagList } from './key-pair.ts';
import { type PackerEvent, readLine } from './packer-output.ts';
import type { Plan } from './plan.ts';
import { Failure } from './problems.ts';
import { type BuildRecord, keep } from './record.ts';
import { ROOT } from './root.ts';
import { keepTestResult } from './test-results.ts';

/** What became known of a build while packer ran; needed to find what it may leave behind. */
export interface PackerRun {
  log: string;
  instanceId?: string;
  address?: string;
  roleName?: string;
}

export interface PackerOptions {
  aws: Aws;
  plan: Plan;
  record: BuildRecord;
  keyPair: KeyPair;
  tarball: string;
  /** keep leaves everything as it is when the build fails. */
  onError: 'clean' | 'keep';
  signal: AbortSignal;
  run: PackerRun;
  onEvent: (event: PackerEvent) => void;
  onLine: (line: string) => void;
}

/** What packer says as it launches the build instance. */
const LAUNCHING = 'Launching a source AWS instance...';

/** Runs packer to its end and returns the image's id. Packer's whole output goes to `run.log`. */
export async function runPacker(options: PackerOptions): Promise<string> {
  const { plan, record, keyPair, tarball, run, signal } = options;
  signal.throwIfAborted();
  const manifest = join(record.folder, 'manifest.json');
  const variables = keep(record, 'variables.json', {
    ...plan.variables,
    key_pair_name: keyPair.name,
    private_key_file: keyPair.privateKeyFile,
    tarball,
    manifest,
  });
  const failure = await watchPacker(
    [
      'build',
      '-color=false',
      '-timestamp-ui',
      `-on-error=${options.onError === 'keep' ? 'abort' : 'cleanup'}`,
      `-var-file=${variables}`,
      join(ROOT, 'ami/image.pkr.hcl'),
    ],
    options,
  );
  signal.throwIfAborted();
  if (failure) throw new Failure(failure);
  const { builds } = JSON.parse(readFileSync(manifest, 'utf8')) as { builds: { artifact_id: string }[] };
  const imageId = builds.at(-1)?.artifact_id.split(':')[1];
  if (!imageId) throw new Failure(`Packer finished without naming an image. Its log: ${run.log}`);
  return imageId;
}

/** Resolves when packer has ended: with nothing if all went well, else with what went wrong. */
async function watchPacker(arguments_: string[], options: PackerOptions): Promise<string | undefined> {
  const { aws, plan, record, run, signal, onEvent, onLine } = options;
  const log = createWriteStream(run.log);
  // A process group of its own: Ctrl-C reaches packer once, through us, and with it all of its plugins.
  const packer = spawn('packer', arguments_, {
    cwd: record.folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CHECKPOINT_DISABLE: '1', PACKER_NO_COLOR: '1' },
  });
  const interrupt = () => {
    if (packer.pid && packer.exitCode === null) process.kill(-packer.pid, 'SIGINT');
  };
  signal.addEventListener('abort', interrupt, { once: true });
  // A build that can't be followed (a full disk, say) is not gone on with.
  let unwritable: Error | undefined;
  log.once('error', error => {
    unwritable = error;
    interrupt();
  });

  const errors: string[] = [];
  const configurators = followConfigurators();
  let tagging: Promise<void> | undefined;
  const take = (line: string) => {
    log.write(`${line}\n`);
    onLine(line);
    const event = readLine(line);
    configurators.take(line, event);
    keepTestResult(join(record.folder, 'test.tap'), line, configurators.current);
    if (!event) return;
    if (event.kind === 'error') errors.push(event.text);
    if (event.kind === 'instance') run.instanceId = event.id;
    if (event.kind === 'address') run.address = event.host;
    if (event.kind === 'role') run.roleName = event.name;
    // Packer names the role before it creates it; when it launches the instance, the role is there.
    if (event.kind === 'phase' && event.text === LAUNCHING && run.roleName) {
      tagging = tagRole(aws, run.roleName, plan.buildTags);
    }
    onEvent(event);
  };
  for (const stream of [packer.stdout, packer.stderr]) createInterface({ input: stream }).on('line', take);

  const status = await new Promise<number | null>((resolve, reject) => {
    packer.on('error', reject);
    packer.on('close', resolve);
  });
  signal.removeEventListener('abort', interrupt);
  log.end();
  await tagging;
  if (unwritable) return `The log can not be written: ${unwritable.message}`;
  if (status === 0) return undefined;
  const failed = configurators.describe();
  if (failed) return failed;
  return `Packer failed: ${errors.join('\n') || `status ${status}. Its last lines:\n\n${configurators.lastLines()}`}`;
}

/**
 * Old packers don't tag the temporary role and instance profile, which have the same name; newer ones do. An operator
 * who may not tag them builds all the same.
 */
async function tagRole(aws: Aws, name: string, tags: Record<string, string>): Promise<void> {
  const Tags = tagList(tags);
  await Promise.allSettled([
    aws.iam.send(new TagRoleCommand({ RoleName: name, Tags })),
    aws.iam.send(new TagInstanceProfileCommand({ InstanceProfileName: name, Tags })),
  ]);
}
