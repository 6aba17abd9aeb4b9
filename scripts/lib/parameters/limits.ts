import type { Problem } from '../command/problems.ts';
import type { AmiBuild } from './ami-build.ts';
import { componentNames } from './components.ts';
import { reader, type Settings } from './settings.ts';

/** What an image is asked to have that its operating system can't give, as ami-build.yaml knows it: one problem each. */
export function beyondLimits(settings: Settings, amiBuild: AmiBuild): Problem[] {
  const value = reader(settings);
  const os = settings.get('os');
  const system = amiBuild.os[os?.value ?? ''];
  if (!os || !system) return [];
  const left = componentNames(value('skip'));
  const lacking = Object.entries(system.lacks ?? {}).filter(([component]) => !left.includes(component));
  return [
    ...lacking.map(([component, reason]) => ({
      parameter: 'os',
      ...os,
      message: `can't have the component ${component}: ${reason}`,
      fix: `Leave it out: skip=${[...left, component].sort().join(',')}`,
    })),
    ...pythonProblem(settings, amiBuild),
    ...releaseProblem(settings, amiBuild),
  ];
}

function pythonProblem(settings: Settings, amiBuild: AmiBuild): Problem[] {
  const python = settings.get('python_version');
  const os = settings.get('os')?.value ?? '';
  const limit = amiBuild.os[os]?.python_below;
  const minor = (version: string) => Number(version.split('.')[1]);
  if (!python || !limit || !(minor(python.value) >= minor(limit.series))) return [];
  const message = `can't be compiled whole on ${os}: ${limit.reason}`;
  return [{ parameter: 'python_version', ...python, message, fix: `Use one below ${limit.series}, or another os.` }];
}

function releaseProblem(settings: Settings, amiBuild: AmiBuild): Problem[] {
  const releasever = settings.get('releasever');
  const os = settings.get('os')?.value ?? '';
  if (!releasever?.value || amiBuild.os[os]?.has_releases) return [];
  const those = Object.keys(amiBuild.os).filter(name => amiBuild.os[name]?.has_releases);
  const message = `is for ${those.join(' and ')} only: the repositories of ${os} have no releases to choose from`;
  return [{ parameter: 'releasever', ...releasever, message, fix: 'Leave it out.' }];
}
