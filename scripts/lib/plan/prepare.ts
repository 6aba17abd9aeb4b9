import { explainAwsError } from '../aws/errors.ts';
import { ambientRegion } from '../aws/region.ts';
import type { Given } from '../command/given.ts';
import { lavaVersion } from '../command/root.ts';
import { type AmiBuild, readAmiBuild } from '../parameters/ami-build.ts';
import type { Parameter } from '../parameters/image.ts';
import { beyondLimits } from '../parameters/limits.ts';
import { type Resolution, resolve } from '../parameters/resolve.ts';
import { type Prepared, s3Of } from './prepared.ts';

/**
 * Resolves the parameters that a command takes. Reads files, and the AWS profile for the region; asks nothing. A
 * command whose parameters have no defaults in ami-build.yaml needs not read it.
 */
export async function resolveGiven(
  given: Given,
  declared: readonly Parameter[],
  amiBuild?: AmiBuild,
): Promise<Resolution> {
  const region = given.has('region') ? undefined : await ambientRegion(process.env);
  const resolution = resolve(given, { ...(amiBuild && { amiBuild }), lavaVersion: lavaVersion(), region }, declared);
  const { settings, problems } = resolution;
  // A value that is wrong by itself is not measured against the limits of its operating system as well.
  const wrong = new Set(problems.map(({ parameter }) => parameter));
  const limits = amiBuild ? beyondLimits(settings, amiBuild) : [];
  problems.push(...limits.filter(({ parameter }) => !wrong.has(parameter)));
  return resolution;
}

/**
 * Resolves parameters and, unless `offline` says otherwise, asks AWS about those that make sense. Changes nothing.
 * Problems are collected, not thrown; what keeps AWS from being asked at all (credentials, network) is thrown.
 */
export async function prepare(given: Given, declared: readonly Parameter[]): Promise<Prepared> {
  const amiBuild = readAmiBuild();
  const { settings, problems, accountId } = await resolveGiven(given, declared, amiBuild);
  const prepared: Prepared = { amiBuild, settings, problems, notChecked: [], notes: [], outside: [] };
  noteEndOfLife(prepared, new Date());
  const region = settings.get('region')?.value;
  if (settings.get('offline')?.value === 'yes') {
    prepared.notChecked.push(
      'account, base image, network, instance type, bucket, price: AWS was not asked (offline=yes)',
    );
  } else if (region && !problems.some(({ parameter }) => parameter === 'region')) {
    const [{ awsClients }, { lookUp }] = await Promise.all([import('../aws/clients.ts'), import('../lookup/facts.ts')]);
    const aws = await awsClients(region);
    prepared.aws = aws;
    try {
      prepared.facts = await lookUp({ ...prepared, aws }, amiBuild, accountId);
    } catch (error) {
      // What is wrong without asking AWS is said in any case; it may well be why AWS could not be asked.
      const reason = explainAwsError(error);
      if (problems.length === 0 || !reason) throw error;
      prepared.notChecked.push(`account, base image, network, instance type, bucket: ${reason}`);
    }
  }
  await checkOutside(prepared);
  return prepared;
}

/** Adds what comes from outside, and what is wrong with it. */
async function checkOutside(prepared: Prepared): Promise<void> {
  const { settings, amiBuild, problems, notes, notChecked } = prepared;
  const [{ checkResources }, { checkWheels }] = await Promise.all([
    import('../resources/check.ts'),
    import('../resources/wheels/check.ts'),
  ]);
  const circumstances = { settings, amiBuild, s3: s3Of(prepared) };
  const resources = await checkResources(circumstances);
  const wheels = await checkWheels(circumstances);
  prepared.outside = resources.needed;
  problems.push(...resources.problems, ...wheels.problems);
  notes.push(...resources.notes);
  notChecked.push(...wheels.notChecked);
}

function noteEndOfLife({ amiBuild, settings, notes }: Prepared, today: Date): void {
  const system = amiBuild.os[settings.get('os')?.value ?? ''];
  if (system && new Date(system.end_of_life) < today) {
    notes.push(`${system.description}: the vendor's support ended on ${system.end_of_life}.`);
  }
}
