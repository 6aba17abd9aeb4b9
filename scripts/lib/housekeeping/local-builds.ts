import { join } from 'node:path';
import { packerReader } from '../packer/output.ts';
import { knownBuilds } from '../record/builds.ts';
import { readText } from '../record/json-file.ts';
import { readKept } from '../record/kept.ts';
import { lockOf } from '../record/lock.ts';

/** What this checkout knows of a build that AWS may not. */
export interface LocalBuild {
  buildId: string;
  region: string;
  imageName: string;
  /** It ended with an image. */
  ok: boolean;
  /** It failed and its instance was kept: `make resume` goes on with it, or gives it up. */
  isKept: boolean;
  /** The process that is at it right now. */
  process?: number;
  /** Its process has ended, in whatever way: nothing of it runs any more. */
  hasEnded: boolean;
  /** As packer told them, before anything ran on the instance. */
  instanceId?: string;
  roleName?: string;
}

/** The builds of this checkout, in all regions. */
export function localBuilds(dist: string): LocalBuild[] {
  return knownBuilds(dist).map(({ folder, plan, outcome }) => {
    const locked = lockOf(folder);
    return {
      buildId: plan.buildId,
      region: plan.parameters.region?.value ?? '',
      imageName: plan.imageName,
      ok: outcome?.ok === true,
      isKept: readKept(folder) !== undefined,
      ...(locked.state === 'held' && { process: locked.holder.pid }),
      hasEnded: locked.state === 'dead' || (locked.state === 'free' && outcome !== undefined),
      ...namesIn(join(folder, 'packer.log')),
    };
  });
}

function namesIn(log: string): Pick<LocalBuild, 'instanceId' | 'roleName'> {
  // Of what only a build's own mark would make believed nothing is asked here.
  const read = packerReader('');
  const names: Pick<LocalBuild, 'instanceId' | 'roleName'> = {};
  for (const line of readText(log)?.split('\n') ?? []) {
    const event = read(line);
    if (event?.kind === 'instance') names.instanceId = event.id;
    if (event?.kind === 'role') names.roleName = event.name;
  }
  return names;
}
