import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

// A name that the distribution does not have fails the build, after minutes and at the operator's cost.
const LAYER = join(import.meta.dirname, 'amzn2023');
const LISTS = ['OS_PACKAGES', 'OS_PYTHON_PACKAGES', 'OS_PYTHON_BUILD_PACKAGES', 'OS_COMPONENT_PACKAGES'];

/** All that configurators of Amazon Linux 2023 install. */
function wanted(): string[] {
  const script = `source lib/os.sh && source lib/components.sh && echo ${LISTS.map(list => `"\${${list}[@]}"`).join(' ')}`;
  const words = execFileSync('bash', ['-euc', script], { cwd: LAYER, encoding: 'utf8' });
  return words.split(/\s+/).filter(word => word !== '');
}

it('amzn2023: the distribution has every package that the layer installs', () => {
  const known = new Set(readFileSync(join(LAYER, 'base/packages'), 'utf8').split('\n'));
  expect(wanted().length).toBeGreaterThan(40);
  expect(wanted().filter(name => !known.has(name))).toEqual([]);
});
