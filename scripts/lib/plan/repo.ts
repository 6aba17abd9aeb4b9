import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../command/root.ts';

/**
 * Where this checkout comes from, for the Repo tag: the URL of its origin without credentials, else its name. The
 * factory on an image, which is no checkout, has it in its package.json.
 */
export function repoOrigin(): string {
  const { repository } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  if (repository) return repository;
  const { stdout } = spawnSync('git', ['-C', ROOT, 'config', '--get', 'remote.origin.url'], { encoding: 'utf8' });
  return withoutCredentials(stdout?.trim() ?? '') || 'lava-ami';
}

/** `https://user:token@host/path` without what stands before the `@`; other forms carry no secrets. */
export function withoutCredentials(url: string): string {
  return url.replace(/^([a-z+]+:\/\/)[^/@]*@/i, '$1');
}
