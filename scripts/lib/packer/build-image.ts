import { rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Aws } from '../aws/clients.ts';
import { explainAwsError, reasonOf } from '../aws/errors.ts';
import { createKeyPair, deleteKeyPair, type KeyPair } from '../aws/key-pair.ts';
import { instancesOfBuild, isThere, profileOf } from '../cleanup/instances.ts';
import { findLeftovers } from '../cleanup/leftovers.ts';
import { keyPairLeftover, remainingAsText, removeLeftovers } from '../cleanup/removals.ts';
import { cleaningUp, mayBeLeft } from '../command/interruption.ts';
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
  const { region } = plan.variables;
  const nothingLeft = mayBeLeft(
    `what build ${plan.buildId} has made; to see it, and with confirm=yes to remove it: make sweep region=${region} older=0`,
  );
  try {
    const imageId = await runPacker({ ...options, ...reporting(options), keyPair, run, source: 'amazon-ebs.lava' });
    if (!imageId) throw new Failure('Packer finished without naming an image.');
    await cleaningUp(() => forget(options, keyPair));
    return imageId;
  } catch (error) {
    const reason = error instanceof Failure ? error : new Failure(explainAwsError(error) ?? String(error));
    const left = await cleaningUp(async () => {
      const kept = onError === 'keep' && !signal.aborted ? await keptOf(aws, plan, run) : undefined;
      if (!kept) return cleanUp(options, run, keyPair);
      await markKept(aws, kept);
      return whatIsKept(plan, writeKept(record, { ...kept, keyPair }));
    });
    throw new Failure(`${reason.message}\n\nLog: ${relative('', run.log)}\n${left}`, reason.exitStatus);
  } finally {
    nothingLeft();
  }
}

/** Removes the key pair once the image is there. One that can't be removed is no reason to throw the image away. */
async function forget({ aws, progress }: BuildImageOptions, keyPair: KeyPair): Promise<void> {
  await deleteKeyPair(aws.ec2, keyPair).catch(error => {
    progress.line(remainingAsText([{ ...keyPairLeftover(aws, keyPair.name), error }]));
  });
}

/** What can be kept, as EC2 knows it; if EC2 can't be asked, as packer named it. Nothing without an instance. */
async function keptOf({ ec2 }: Aws, plan: Plan, run: PackerRun): Promise<PackerRun | undefined> {
  try {
    const instance = (await instancesOfBuild(ec2, plan)).find(isThere);
    if (!instance) return undefined;
    const { InstanceId: instanceId = '', PublicIpAddress, PrivateIpAddress } = instance;
    const address = plan.variables.public_ip ? PublicIpAddress : PrivateIpAddress;
    const roleName = profileOf(instance) ?? run.roleName;
    return { ...run, instanceId, ...(address && { address }), ...(roleName && { roleName }) };
  } catch {
    return run.instanceId ? run : undefined;
  }
}

/** Removes whatever packer did not, and says what is left. */
async function cleanUp({ aws, plan, progress }: BuildImageOptions, run: PackerRun, keyPair: KeyPair): Promise<string> {
  progress.working('cleaning up');
  rmSync(keyPair.privateKeyFile, { force: true });
  // By its name, too: it goes even where nobody may look for what carries the build's tags.
  const pair = await removeLeftovers([keyPairLeftover(aws, keyPair.name)]);
  try {
    const found = await findLeftovers(aws, plan, run);
    const others = found.filter(({ kind, id }) => kind !== 'key pair' || id !== keyPair.name);
    const remaining = [...pair, ...(await removeLeftovers(others))];
    return remaining.length === 0 ? 'Nothing of the build is left in AWS.' : remainingAsText(remaining);
  } catch (error) {
    const names = [
      `the tag BuildId=${plan.buildId}`,
      pair.length > 0 && `key pair ${keyPair.name}`,
      run.instanceId && `instance ${run.instanceId}`,
      run.roleName && `role ${run.roleName}`,
    ];
    const why = reasonOf(error);
    return `What is left in AWS could not be found out: ${why}\nLook for ${names.filter(Boolean).join(', ')}`;
  }
}
