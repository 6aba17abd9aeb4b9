import { join, relative } from 'node:path';
import type { Aws } from '../aws/clients.ts';
import { explainAwsError } from '../aws/errors.ts';
import { createKeyPair, deleteKeyPair, type KeyPair } from '../aws/key-pair.ts';
import { findLeftovers } from '../cleanup/leftovers.ts';
import { removeLeftovers } from '../cleanup/removals.ts';
import { Failure } from '../command/problems.ts';
import type { Progress } from '../command/progress.ts';
import type { Steps } from '../command/steps.ts';
import type { Plan } from '../plan/plan.ts';
import { markKept, whatIsKept, writeKept } from '../record/kept.ts';
import type { PackerRun } from '../record/packer-run.ts';
import type { BuildRecord } from '../record/record.ts';
import { reporting } from './reporting.ts';
import { runPacker } from './run.ts';

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
    const imageId = await runPacker({ ...options, ...reporting(options), keyPair, run, source: 'amazon-ebs.lava' });
    if (!imageId) throw new Failure('Packer finished without naming an image.');
    await deleteKeyPair(aws.ec2, keyPair);
    return imageId;
  } catch (error) {
    const reason = error instanceof Failure ? error : new Failure(explainAwsError(error) ?? String(error));
    const kept = onError === 'keep' && run.instanceId !== undefined && !signal.aborted;
    if (kept) await markKept(aws, run);
    const left = kept ? whatIsKept(plan, writeKept(record, { ...run, keyPair })) : await cleanUp(options, run, keyPair);
    throw new Failure(`${reason.message}\n\nLog: ${relative('', run.log)}\n${left}`, reason.exitStatus);
  }
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
