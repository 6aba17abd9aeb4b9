import { existsSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { shellWord } from '../command/clean.ts';
import type { Problem } from '../command/problems.ts';
import { foldersOfBuilds } from './folders.ts';
import { readJson } from './json-file.ts';
import { lockOf } from './lock.ts';

/**
 * What would be lost with `dist`: builds that run, and instances that were kept. Works without any package, since
 * `make clean` has to.
 */
export function wouldBeLost(dist: string): Problem[] {
  return foldersOfBuilds(dist).flatMap(folder => {
    const value = text(readJson(join(folder, 'plan.json')), 'buildId') ?? basename(folder);
    const about = { parameter: 'build', value, source: relative('', folder) };
    const locked = lockOf(folder);
    if (locked.state === 'held' || locked.state === 'elsewhere') {
      const { pid, host } = locked.holder;
      return locked.state === 'held'
        ? {
            ...about,
            message: `runs: process ${pid}`,
            fix: `Wait until it has ended, or interrupt it: kill -INT ${pid}`,
          }
        : { ...about, message: `may run: process ${pid} on ${host}`, fix: 'Look there whether it has ended.' };
    }
    const file = join(folder, 'kept.json');
    if (!existsSync(file)) return [];
    const instance = text(readJson(file), 'instanceId') ?? 'of an unknown id';
    const resume = `make resume ${shellWord(`build=${value}`)}`;
    const fix = `Go on with it: ${resume}; or remove it: ${resume} give_up=yes`;
    return { ...about, message: `kept its instance ${instance}`, fix };
  });
}

function text(content: unknown, name: string): string | undefined {
  const value = (content as Record<string, unknown> | null | undefined)?.[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
