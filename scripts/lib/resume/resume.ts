import { existsSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Aws } from '../aws/clients.ts';
import { explainAwsError, reasonOf } from '../aws/errors.ts';
import { findLeftovers } from '../cleanup/leftovers.ts';
import { remainingAsText, removeLeftovers } from '../cleanup/removals.ts';
import { cleaningUp } from '../command/interruption.ts';
import { Failure } from '../command/problems.ts';
import type { Progress } from '../command/progress.ts';
import type { Steps } from '../command/steps.ts';
import { reporting } from '../packer/reporting.ts';
import { runPacker } from '../packer/run.ts';
import { forgetKept, whatIsKept, writeKept } from '../record/kept.ts';
import type { BuildRecord } from '../record/record.ts';
import { imageOfInstance, snapshotsOf } from './image-of-instance.ts';
import type { Resumable } from './resumable.ts';

export interface ResumeOptions {
  aws: Aws;
  build: Resumable;
  record: BuildRecord;
  /** Address of the kept instance. */
  host: string;
  tarball: string;
  verbose: boolean;
  signal: AbortSignal;
  progress: Progress;
  steps: Steps;
}

/** Provisions the kept instance from where its build failed, unless it is sealed already. What fails is kept again. */
export async function provisionKept(options: ResumeOptions): Promise<void> {
  const { build, record, host, signal } = options;
  const { plan, kept } = build;
  if (kept.sealed) return;
  const run = { ...kept, address: host, log: nextLog(record.folder) };
  try {
    await runPacker({
      ...options,
      ...reporting(options),
      plan,
      keyPair: kept.keyPair,
      onError: 'keep',
      source: 'null.lava',
      keptHost: host,
      run,
    });
  } catch (error) {
    throw keptAgain(error, options, run.log);
  } finally {
    writeKept(record, run);
    build.kept = run;
  }
  signal.throwIfAborted();
}

/** Makes the image of the kept instance and returns its id. What fails leaves no half of an image, and the instance. */
export async function imageOfKept(options: ResumeOptions): Promise<string> {
  const { aws, build, signal, progress } = options;
  const { plan, kept } = build;
  try {
    signal.throwIfAborted();
    return await imageOfInstance(aws.ec2, plan, kept.instanceId ?? '', signal, progress);
  } catch (error) {
    const reason = keptAgain(signal.aborted ? signal.reason : error, options, kept.log);
    const left = await cleaningUp(() => removeHalfAnImage(options));
    throw left ? new Failure(`${reason.message}\n${left}`, reason.exitStatus) : reason;
  }
}

/** Removes what there is of an image that was not finished, and says what could not be removed; else nothing. */
async function removeHalfAnImage({ aws, build: { plan, kept } }: ResumeOptions): Promise<string | undefined> {
  try {
    const leftovers = await findLeftovers(aws, plan, kept);
    const remaining = await removeLeftovers(leftovers.filter(({ kind }) => kind === 'image' || kind === 'snapshot'));
    return remaining.length > 0 ? remainingAsText(remaining) : undefined;
  } catch (error) {
    const why = reasonOf(error);
    return `What is left of the image could not be found out: ${why}\nLook for the tag BuildId=${plan.buildId}`;
  }
}

/** Removes everything of the build but its image, if it has one by now, and says of what could not be removed. */
export async function removeKept(aws: Aws, { plan, kept, folder }: Resumable, imageId?: string): Promise<void> {
  const finished = imageId ? [imageId, ...(await snapshotsOf(aws.ec2, imageId))] : [];
  const leftovers = await findLeftovers(aws, plan, kept);
  const remaining = await removeLeftovers(leftovers.filter(({ id }) => !finished.includes(id)));
  if (remaining.length > 0) {
    throw new Failure(remainingAsText(remaining));
  }
  rmSync(kept.keyPair.privateKeyFile, { force: true });
  forgetKept(folder);
}

function keptAgain(error: unknown, { build }: ResumeOptions, log: string): Failure {
  const reason = error instanceof Failure ? error : new Failure(explainAwsError(error) ?? String(error));
  const left = whatIsKept(build.plan, build.kept);
  return new Failure(`${reason.message}\n\nLog: ${relative('', log)}\n${left}`, reason.exitStatus);
}

/** Each time that a build is gone on with has a log of its own. */
function nextLog(folder: string): string {
  for (let number = 1; ; number++) {
    const log = join(folder, `packer-resume-${number}.log`);
    if (!existsSync(log)) return log;
  }
}
