import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const LISTS = ['OS_PACKAGES', 'OS_PYTHON_PACKAGES', 'OS_PYTHON_BUILD_PACKAGES', 'OS_COMPONENT_PACKAGES'];

/** Names of all packages that the configurators of an operating system's layer install from its repositories. */
export function wantedPackages(os: string): string[] {
  const lists = LISTS.map(list => `"\${${list}[@]}"`).join(' ');
  const script = `source lib/os.sh && source lib/components.sh && echo ${lists}`;
  const words = execFileSync('bash', ['-euc', script], { cwd: join(import.meta.dirname, os), encoding: 'utf8' });
  return [...new Set(words.split(/\s+/).filter(word => word !== ''))].sort();
}
