import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../command/problems.ts';

/** What runs the tests of the image, and which parts of it running them needs. */
const TEST_LIBRARIES: Record<string, string[]> = {
  bats: ['bin', 'lib', 'libexec'],
  'bats-support': ['load.bash', 'src'],
  'bats-assert': ['load.bash', 'src'],
};

/** Adds the tests that the image runs on itself, with bats to run them. A factory on an image has bats beside them. */
export function stageTests(tree: string, root: string): void {
  const test = join(tree, 'test');
  cpSync(join(root, 'test/image'), join(test, 'image'), { recursive: true });
  for (const [library, parts] of Object.entries(TEST_LIBRARIES)) {
    const places = [join(root, 'node_modules', library), join(root, 'test/lib', library)];
    const source = places.find(place => existsSync(place));
    if (!source) throw new Failure(`The tests of the image need ${library}, which is not installed. Run: npm ci`);
    for (const part of parts) cpSync(join(source, part), join(test, 'lib', library, part), { recursive: true });
  }
}
