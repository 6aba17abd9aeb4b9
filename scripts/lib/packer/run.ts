import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Aws } from '../aws/clients.ts';
import type { KeyPair } from '../aws/key-pair.ts';
import { cleaningUp } from '../command/interruption.ts';
import { Failure } from '../command/problems.ts';
import { ROOT } from '../command/root.ts';
import type { Plan } from '../plan/plan.ts';
import { SBOM } from '../record/builds.ts';
import type { PackerRun } from '../record/packer-run.ts';
import { type BuildRecord, writeRecord } from '../record/record.ts';
import { followConfigurators } from './failed-configurators.ts';
import { eachLine } from './lines.ts';
import { type PackerEvent, packerReader } from './output.ts';
import { tagFirstImage, tagRole } from './tagging.ts';
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

/** How long packer may clean up when it was interrupted, in milliseconds; what it leaves then is removed after it. */
const CLEAN_UP_LIMIT = 15 * 60 * 1000;

/** Runs packer to its end and returns the artifact's id: the image's. Packer's whole output goes to `run.log`. */
export async function runPacker(options: PackerOptions): Promise<string> {
  const { plan, record, keyPair, tarball, signal, source, keptHost } = options;
  signal.throwIfAborted();
  const manifest = join(record.folder, 'manifest.json');
  const mark = randomBytes(8).toString('hex');
  const variables = writeRecord(record, 'variables.json', {
    ...plan.variables,
    key_pair_name: keyPair.name,
    private_key_file: keyPair.privateKeyFile,
    tarball,
    manifest,
    mark,
    sbom: join(record.folder, SBOM),
    ...(keptHost && { kept_host: keptHost }),
  });
  const arguments_ = [
    'build',
    '-color=false',
    '-timestamp-ui',
    `-only=${source}`,
    `-on-error=${options.onError === 'keep' ? 'abort' : 'cleanup'}`,
    `-var-file=${variables}`,
    join(ROOT, 'ami/image.pkr.hcl'),
  ];
  // Packer is told of an interruption, and cleans up before it ends.
  const failure = await cleaningUp(() => watchPacker(arguments_, options, packerReader(mark)));
  signal.throwIfAborted();
  if (failure) throw new Failure(failure);
  const { builds } = JSON.parse(readFileSync(manifest, 'utf8')) as { builds: { artifact_id: string }[] };
  return builds.at(-1)?.artifact_id.split(':').at(-1) ?? '';
}

/** Resolves when packer has ended: with nothing if all went well, else with what went wrong. */
async function watchPacker(
  arguments_: string[],
  options: PackerOptions,
  read: ReturnType<typeof packerReader>,
): Promise<string | undefined> {
  const { aws, plan, record, run, signal, onEvent, onLine } = options;
  const log = createWriteStream(run.log);
  // A process group of its own: Ctrl-C reaches packer once, through us, and with it all of its plugins.
  const packer = spawn('packer', arguments_, {
    cwd: record.folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CHECKPOINT_DISABLE: '1', PACKER_NO_COLOR: '1' },
  });
  const tell = (what: NodeJS.Signals) => {
    if (packer.pid && packer.exitCode === null) process.kill(-packer.pid, what);
  };
  let patience: NodeJS.Timeout | undefined;
  const interrupt = () => {
    tell('SIGINT');
    patience ??= setTimeout(() => tell('SIGKILL'), CLEAN_UP_LIMIT);
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
  let isImageTagged = false;
  const tagging: Promise<unknown>[] = [];
  const take = (line: string) => {
    log.write(`${line}\n`);
    onLine(line);
    const event = read(line);
    configurators.take(line, event);
    keepTestResult(join(record.folder, 'test.tap'), line, event, configurators.current);
    if (!event) return;
    if (event.kind === 'configurator') isLast = event.number === event.of;
    if (event.kind === 'configurator-done' && event.name.startsWith('seal.d/') && isLast) run.sealed = true;
    if (event.kind === 'error') errors.push(event.text);
    if (event.kind === 'instance') run.instanceId = event.id;
    if (event.kind === 'role') run.roleName = event.name;
    // Packer names the role before it creates it; when it launches the instance, the role is there.
    if (event.kind === 'launch' && run.roleName) tagging.push(tagRole(aws, plan, run.roleName));
    if (event.kind === 'image' && run.sealed && !isImageTagged) {
      isImageTagged = true;
      const tagged = tagFirstImage(aws, plan).then(ids => {
        run.firstImageIds = ids;
      });
      tagging.push(tagged);
    }
    onEvent(event);
  };
  for (const stream of [packer.stdout, packer.stderr]) eachLine(stream, take);

  const status = await new Promise<number | null>((resolve, reject) => {
    packer.on('error', reject);
    packer.on('close', resolve);
  });
  clearTimeout(patience);
  signal.removeEventListener('abort', interrupt);
  log.end();
  await Promise.all(tagging);
  if (unwritable) return `The log can not be written: ${unwritable.message}`;
  if (status === 0) return undefined;
  const failed = configurators.describe();
  if (failed) return failed;
  return `Packer failed: ${errors.join('\n') || `status ${status}. Its last lines:\n\n${configurators.lastLines()}`}`;
}
