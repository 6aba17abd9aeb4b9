import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readLine } from '../packer/output.ts';
import { knownBuilds } from '../record/builds.ts';
import { readKept } from '../record/kept.ts';
import { holderOf } from '../record/lock.ts';

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
  /** As packer told them. */
  instanceId?: string;
  roleName?: string;
}

/** The builds of this checkout, in all regions. */
export function localBuilds(dist: string): LocalBuild[] {
  return knownBuilds(dist).map(({ folder, plan, outcome }) => {
    const process = holderOf(folder);
    return {
      buildId: plan.buildId,
      region: plan.parameters.region?.value ?? '',
      imageName: plan.imageName,
      ok: outcome?.ok === true,
      isKept: readKept(folder) !== undefined,
      ...(process !== undefined && { process }),
      ...namesIn(join(folder, 'packer.log')),
    };
  });
}

function namesIn(log: string): Pick<LocalBuild, 'instanceId' | 'roleName'> {
  const names: Pick<LocalBuild, 'instanceId' | 'roleName'> = {};
  for (const line of existsSync(log) ? readFileSync(log, 'utf8').split('\n') : []) {
    const event = readLine(line);
    if (event?.kind === 'instance') names.instanceId = event.id;
    if (event?.kind === 'role') names.roleName = event.name;
  }
  return names;
}
