import { join, relative } from 'node:path';
import type { Aws } from './aws.ts';
import { explainAwsError } from './aws-errors.ts';
import { createKeyPair, deleteKeyPair, type KeyPair } from './key-pair.ts';
import { findLeftovers, removeLeftovers } from './leftovers.ts';
import { type PackerRun, runPacker } from './packer.ts';
import type { PackerEvent } from './packer-output.ts';
import type { Plan } from './plan.ts';
import { Failure } from './problems.ts';
import type { Progress } from './progress.ts';
import type { BuildRecord } from './record.ts';
import type { Steps } from './steps.ts';

export interface BuildImageOptions {
  aws: Aws;
  plan: Plan;
  record: BuildRecord;
  tarball: string;
  /** keep leaves the build instance as it is when the build fails. */
  onError: 'clean' | 'keep';
  /** Shows packer's output as it comes. */
  verbose: boolean;
  signal: AbortSignal;
  progress: Progress;
  steps: Steps;
}

/**
 * Builds the image with packer and returns its id. When that fails, or is interrupted, the Failure says what failed,
 * where the log is, and what is left of the build in AWS: nothing, or exactly what.
 */
export async function buildImage(options: BuildImageOptions): Promise<string> {
  const { aws, plan, record, onError, signal } = options;
  const run: PackerRun = { log: join(record.folder, 'packer.log') };
  const keyPair = await createKeyPair(
    aws.ec2,
    `lava-ami-${plan.buildId}`,
    join(record.folder, 'ssh-key'),
    plan.buildTags,
  );
  try {
    const imageId = await runPacker({ ...options, ...reporting(options), keyPair, run });
    await deleteKeyPair(aws.ec2, keyPair);
    return imageId;
  } catch (error) {
    const reason = error instanceof Failure ? error : new Failure(explainAwsError(error) ?? String(error));
    const kept = onError === 'keep' && run.instanceId !== undefined && !signal.aborted;
    const left = kept ? whatIsKept(plan, run, keyPair) : await cleanUp(options, run, keyPair);
    throw new Failure(`${reason.message}\n\nLog: ${relative('', run.log)}\n${left}`, reason.exitStatus);
  }
}

/** Turns packer's events into progress: each configurator is a step of its own, the rest shows on the live line. */
function reporting({ progress, steps, verbose }: BuildImageOptions) {
  const onEvent = (event: PackerEvent) => {
    if (event.kind === 'phase') progress.working(event.text);
    if (event.kind === 'configurator') progress.working(`${event.name} (${event.number} of ${event.of})`);
    if (event.kind === 'configurator-done') {
      steps.add({ name: `  ${event.name}`, seconds: event.seconds, did: 'done', ok: true });
    }
    if (event.kind === 'configurator-failed') {
      steps.add({ name: `  ${event.name}`, seconds: event.seconds, ok: false });
    }
    if (event.kind === 'configurator-not-run') {
      steps.add({ name: `  ${event.name}`, seconds: 0, did: `not run: ${event.why}`, ok: true });
    }
  };
  const onLine = (line: string) => {
    if (verbose) progress.line(line);
  };
  return { onEvent, onLine };
}

/** Removes whatever packer did not, and says what is left. */
async function cleanUp({ aws, plan, progress }: BuildImageOptions, run: PackerRun, keyPair: KeyPair): Promise<string> {
  progress.working('cleaning up');
  try {
    await deleteKeyPair(aws.ec2, keyPair);
    const remaining = await removeLeftovers(await findLeftovers(aws, plan, run));
    if (remaining.length === 0) return 'Nothing of the build is left in AWS.';
    return `Left in AWS, please remove:\n${remaining.map(({ kind, id }) => `    ${kind} ${id}`).join('\n')}`;
  } catch (error) {
    const names = [run.instanceId && `instance ${run.instanceId}`, run.roleName && `role ${run.roleName}`];
    return [
      `What is left in AWS could not be found out: ${explainAwsError(error) ?? error}`,
      `Look for the tag BuildId=${plan.buildId}, key pair ${keyPair.name}`,
      ...names.filter(Boolean),
    ].join(', ');
  }
}

function whatIsKept({ loginUser, parameters }: Plan, run: PackerRun, keyPair: KeyPair): string {
  const region = parameters.region?.value;
  return [
    `The build instance ${run.instanceId} was kept, with key pair ${keyPair.name} and role ${run.roleName}.`,
    `Log in:     ssh -i ${relative('', keyPair.privateKeyFile)} ${loginUser}@${run.address ?? 'ADDRESS'}`,
    `Remove it:  aws ec2 terminate-instances --region ${region} --instance-ids ${run.instanceId}`,
  ].join('\n');
}
