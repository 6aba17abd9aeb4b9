import { explainAwsError } from '../aws/errors.ts';
import type { AmiBuild } from '../parameters/ami-build.ts';
import type { Resolution } from '../parameters/resolve.ts';
import { type Prepared, s3Of } from './prepared.ts';

/**
 * Asks AWS, unless `offline` says otherwise, about the parameters that make sense. Changes nothing. Problems are collected, not thrown; what keeps AWS from being asked at all (credentials, network) is thrown.
 */
export async function prepare(
  { settings, problems, accountId }: Resolution,
  amiBuild: AmiBuild,
  { offline = false }: { offline?: boolean | undefined } = {},
): Promise<Prepared> {
  const prepared: Prepared = { amiBuild, settings, problems, notChecked: [], notes: [], resources: [] };
  noteEndOfLife(prepared, new Date());
  const region = settings.get('region')?.value;
  if (offline) {
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
  prepared.resources = resources.needed;
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
