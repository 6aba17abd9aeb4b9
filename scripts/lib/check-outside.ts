import type { AmiBuild } from './ami-build.ts';
import { checkResources, imageKind } from './check-resources.ts';
import type { Problem } from './problems.ts';
import type { Settings } from './resolve.ts';
import type { Resource } from './resource-list.ts';
import { wheelProblems } from './wheels/missing.ts';
import { wheelPlace } from './wheels/place.ts';
import { readRequirements } from './wheels/requirements.ts';

/**
 * Everything that an image takes from outside its operating system's repositories is there and is what was pinned, or
 * becomes a problem: what keeps a build from being whole is found before it costs anything. Gives the resources.
 */
export function checkOutside(settings: Settings, amiBuild: AmiBuild, problems: Problem[]): Resource[] {
  const pythonIsKnown =
    settings.has('python_version') && !problems.some(({ parameter }) => parameter === 'python_version');
  const resources = checkResources(settings, problems);
  if (pythonIsKnown && !imageKind(settings).skip.includes('python-packages')) {
    problems.push(...wheelProblems(wheelPlace(settings, amiBuild), readRequirements()));
  }
  return resources;
}
