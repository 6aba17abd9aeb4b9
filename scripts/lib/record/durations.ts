import type { Settings } from '../parameters/settings.ts';
import { knownBuilds } from './builds.ts';

/** What makes two builds take equally long, roughly. */
const ALIKE = ['os', 'arch', 'instance_type', 'python_version', 'region'];

/** How long packer ran, in seconds, in the builds in `dist` that succeeded and were like the one that is planned. */
export function durationsOfBuilds(dist: string, settings: Settings): number[] {
  return knownBuilds(dist).flatMap(({ plan, outcome }) => {
    const isAlike = ALIKE.every(name => plan.parameters[name]?.value === settings.get(name)?.value);
    const packer = outcome?.steps.find(({ name }) => name === 'packer');
    // In one that was gone on with, packer ran in pieces.
    return outcome?.ok && packer?.ok && isAlike ? [packer.seconds] : [];
  });
}
