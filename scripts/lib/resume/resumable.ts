import { DescribeInstancesCommand, type EC2Client, type Instance } from '@aws-sdk/client-ec2';
import { ifExists } from '../aws/errors.ts';
import { buildIdOf } from '../cleanup/instances.ts';
import { UserMistake } from '../command/problems.ts';
import { type Build, isCalled, isWhole, knownBuilds } from '../record/builds.ts';
import { type Kept, readKept } from '../record/kept.ts';

/** A build that failed and kept its instance. */
export interface Resumable extends Build {
  kept: Kept;
}

/** Finds the build of that name which kept its instance; that there is none is the user's mistake. */
export function findResumable(dist: string, name: string): Resumable {
  const builds = knownBuilds(dist);
  const build = builds.find(candidate => isCalled(candidate, name));
  const kept = build && readKept(build.folder);
  if (build && kept && !isWhole(build.plan)) {
    throw mistake(
      name,
      'can not be gone on with: its plan.json lacks what this release needs',
      `Remove in AWS what has the tag BuildId=${build.plan.buildId}: ${named(kept)}.`,
    );
  }
  if (build && kept) return { ...build, kept };
  const message = !build
    ? 'is no build of this checkout'
    : build.outcome?.ok
      ? `has succeeded: its image is ${build.outcome.imageId}`
      : 'kept no instance that could be gone on with';
  const others = builds.filter(({ folder }) => readKept(folder)).map(({ plan }) => plan.buildId);
  const fix =
    others.length > 0
      ? `Builds that kept one: ${others.join(', ')}.`
      : 'No build kept one. A build keeps its instance when it fails and was started with on_error=keep.';
  throw mistake(name, message, fix);
}

/**
 * The address of the kept instance as it is now. An instance that is gone, or does not run, is refused; so is one that
 * does not say by its tag that it is of this build.
 */
export async function addressOfKept(ec2: EC2Client, { plan, kept }: Resumable): Promise<string> {
  const { instanceId = '' } = kept;
  const instance = await findInstance(ec2, instanceId);
  if (instance && buildIdOf(instance.Tags) !== plan.buildId) {
    throw mistake(
      plan.buildId,
      `its instance ${instanceId} is not of this build: its tag BuildId is ${buildIdOf(instance.Tags) ?? 'missing'}`,
      `What else is left of the build is removed by: make resume build=${plan.buildId} give_up=yes`,
    );
  }
  const state = instance?.State?.Name ?? 'terminated';
  const isThere = state === 'running' || (kept.sealed && ['stopping', 'stopped'].includes(state));
  if (instance && isThere) {
    return (plan.variables.public_ip ? instance.PublicIpAddress : instance.PrivateIpAddress) ?? '';
  }
  const region = plan.parameters.region?.value;
  if (state === 'stopped') {
    const command = `aws ec2 start-instances --region ${region} --instance-ids ${instanceId}`;
    throw mistake(plan.buildId, `its instance ${instanceId} is stopped`, `Start it: ${command}`);
  }
  throw mistake(
    plan.buildId,
    `its instance ${instanceId} is ${state} in ${region}`,
    `What else is left of the build is removed by: make resume build=${plan.buildId} give_up=yes`,
  );
}

function named({ instanceId, roleName, keyPair }: Kept): string {
  const names = [instanceId && `instance ${instanceId}`, roleName && `role ${roleName}`, `key pair ${keyPair.name}`];
  return names.filter(Boolean).join(', ');
}

/** The user's mistake about the build that was named. */
export function mistake(value: string, message: string, fix: string): UserMistake {
  return new UserMistake([{ parameter: 'build', value, source: 'command line', message, fix }]);
}

async function findInstance(ec2: EC2Client, id: string): Promise<Instance | undefined> {
  const answer = await ifExists(
    ['InvalidInstanceID.NotFound'],
    ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] })),
  );
  return answer?.Reservations?.[0]?.Instances?.[0];
}
