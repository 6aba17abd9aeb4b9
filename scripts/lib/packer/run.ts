import { spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CreateTagsCommand } from '@aws-sdk/client-ec2';
import { TagInstanceProfileCommand, TagRoleCommand } from '@aws-sdk/client-iam';
import type { Aws } from '../aws/clients.ts';
import type { KeyPair } from '../aws/key-pair.ts';
import { tagList } from '../aws/tags.ts';
import { Failure } from '../command/problems.ts';
import { ROOT } from '../command/root.ts';
import type { Plan } from '../plan/plan.ts';
import { SBOM } from '../record/builds.ts';
import type { PackerRun } from '../record/packer-run.ts';
import { type BuildRecord, writeRecord } from '../record/record.ts';
import { followConfigurators } from './failed-configurators.ts';
import { type PackerEvent, readLine } from './output.ts';
import { keepTestResult } from './test-results.ts';

export interface PackerOptions {
  aws: Aws;
  plan: Plan;
  record: BuildRecord;
  keyPair: KeyPair;
  tarball: string;
  /** The source of the template: a new instance that becomes an image, or the kept one at `keptHost`. */
  source: 'amazon-ebs.lava' | 'null.lava';
  keptHost?: string;
  /** keep leaves everything as it is when the build fails. */
  onError: 'clean' | 'keep';
  signal: AbortSignal;
  run: PackerRun;
  onEvent: (event: PackerEvent) => void;
  onLine: (line: string) => void;
}

/** What packer says as it launches the build instance. */
const LAUNCHING = 'Launching a source AWS instance...';

/** Runs packer to its end and returns the artifact's id: the image's. Packer's whole output goes to `run.log`. */
export async function runPacker(options: PackerOptions): Promise<string> {
  const { plan, record, keyPair, tarball, signal, source, keptHost } = options;
  signal.throwIfAborted();
  const manifest = join(record.folder, 'manifest.json');
  const variables = writeRecord(record, 'variables.json', {
    ...plan.variables,
    key_pair_name: keyPair.name,
    private_key_file: keyPair.privateKeyFile,
    tarball,
    manifest,
    sbom: join(record.folder, SBOM),
    ...(keptHost && { kept_host: keptHost }),
  });
  const failure = await watchPacker(
    [
      'build',
      '-color=false',
      '-timestamp-ui',
      `-only=${source}`,
      `-on-error=${options.onError === 'keep' ? 'abort' : 'cleanup'}`,
      `-var-file=${variables}`,
      join(ROOT, 'ami/image.pkr.hcl'),
    ],
    options,
  );
  signal.throwIfAborted();
  if (failure) throw new Failure(failure);
  const { builds } = JSON.parse(readFileSync(manifest, 'utf8')) as { builds: { artifact_id: string }[] };
  return builds.at(-1)?.artifact_id.split(':').at(-1) ?? '';
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
  let isLast = false;
  const tagging: Promise<unknown>[] = [];
  const take = (line: string) => {
    log.write(`${line}\n`);
    onLine(line);
    const event = readLine(line);
    configurators.take(line, event);
    keepTestResult(join(record.folder, 'test.tap'), line, configurators.current);
    if (!event) return;
    if (event.kind === 'configurator') isLast = event.number === event.of;
    if (event.kind === 'configurator-done' && event.name.startsWith('seal.d/') && isLast) run.sealed = true;
    if (event.kind === 'error') errors.push(event.text);
    if (event.kind === 'instance') run.instanceId = event.id;
    if (event.kind === 'address') run.address = event.host;
    if (event.kind === 'role') run.roleName = event.name;
    // Packer names the role before it creates it; when it launches the instance, the role is there.
    if (event.kind === 'phase' && event.text === LAUNCHING && run.roleName) {
      tagging.push(tagRole(aws, run.roleName, plan.buildTags));
    }
    if (event.kind === 'image') tagging.push(tagImage(aws, event.id, plan.buildTags));
    onEvent(event);
  };
  for (const stream of [packer.stdout, packer.stderr]) createInterface({ input: stream }).on('line', take);

  const status = await new Promise<number | null>((resolve, reject) => {
    packer.on('error', reject);
    packer.on('close', resolve);
  });
  signal.removeEventListener('abort', interrupt);
  log.end();
  await Promise.all(tagging);
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

/** Packer tags the finished image alone. By this the first one is found should nobody be there to remove it. */
async function tagImage(aws: Aws, id: string, tags: Record<string, string>): Promise<void> {
  await Promise.allSettled([aws.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: tagList(tags) }))]);
}
