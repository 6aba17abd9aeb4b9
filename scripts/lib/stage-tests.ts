import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './problems.ts';

/** What runs the tests of the image, and which parts of it running them needs. */
const TEST_LIBRARIES: Record<string, string[]> = {
  bats: ['bin', 'lib', 'libexec'],
  'bats-support': ['load.bash', 'src'],
  'bats-assert': ['load.bash', 'src'],
};

/**
 * Puts the tests that the image runs on itself into `tree`/test, with bats to run them, and into the factory in `tree`:
 * that has no packages, so it finds bats beside its tests.
 */
export function stageTests(tree: string, root: string): void {
  const test = join(tree, 'test');
  cpSync(join(root, 'test/image'), join(test, 'image'), { recursive: true });
  for (const [library, parts] of Object.entries(TEST_LIBRARIES)) {
    const places = [join(root, 'node_modules', library), join(root, 'test/lib', library)];
    const source = places.find(place => existsSync(place));
    if (!source) throw new Failure(`The tests of the image need ${library}, which is not installed. Run: npm ci`);
    for (const part of parts) cpSync(join(source, part), join(test, 'lib', library, part), { recursive: true });
  }
  cpSync(test, join(tree, 'factory/test'), { recursive: true });
}
