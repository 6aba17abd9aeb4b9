import { ambientRegion } from '../aws/region.ts';
import type { Given } from '../command/given.ts';
import { lavaVersion } from '../command/root.ts';
import type { AmiBuild } from './ami-build.ts';
import { beyondLimits } from './limits.ts';
import type { Declaration } from './parameter.ts';
import { type Resolution, resolve } from './resolve.ts';

/**
 * Resolves the parameters that a command takes. Reads files, and the AWS profile for the region; asks nothing. A
 * command whose parameters have no defaults in ami-build.yaml needs not read it.
 */
export async function resolveGiven(given: Given, declared: Declaration, amiBuild?: AmiBuild): Promise<Resolution> {
  const isWanted = declared.some(({ fromProfile }) => fromProfile) && !given.has('region');
  const region = isWanted ? await ambientRegion(process.env) : undefined;
  const resolution = resolve(given, { ...(amiBuild && { amiBuild }), lavaVersion: lavaVersion(), region }, declared);
  const { settings, problems } = resolution;
  // A value that is wrong by itself is not measured against the limits of its operating system as well.
  const wrong = new Set(problems.map(({ parameter }) => parameter));
  const limits = amiBuild ? beyondLimits(settings, amiBuild) : [];
  problems.push(...limits.filter(({ parameter }) => !wrong.has(parameter)));
  return resolution;
}
