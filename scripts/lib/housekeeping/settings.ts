import { ambientRegion } from '../aws/region.ts';
import type { Given } from '../command/given.ts';
import type { Problem } from '../command/problems.ts';
import { refuse } from '../command/problems.ts';
import type { Parameter } from '../parameters/image.ts';
import { checkAll, merge } from '../parameters/resolve.ts';
import { reader, type Settings } from '../parameters/settings.ts';

/** What the user said, checked, and the region to work in. */
export interface Settled {
  settings: Settings;
  /** A parameter's value; '' where there is none. */
  value: (name: string) => string;
  region: string;
}

/** Reads what was given for a housekeeping target. Whatever is wrong with it, a missing region too, is said at once. */
export async function settle(given: Given, declared: readonly Parameter[]): Promise<Settled> {
  const problems: Problem[] = [];
  const { settings } = merge(given, declared, problems);
  problems.push(...checkAll(settings, declared));
  const region = settings.get('region') ?? (await ambientRegion(process.env));
  if (!region) {
    const fix = 'Say region=..., or set one in the AWS profile.';
    problems.push({ parameter: 'region', message: 'is missing', fix });
  }
  refuse(problems);
  return { settings, value: reader(settings), region: region?.value ?? '' };
}
