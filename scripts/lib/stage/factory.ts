import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../command/problems.ts';
import { stageTests } from './tests.ts';

/** What of a checkout an image needs to make images: no tests of its own, no sources of what is compiled, no resources. */
const PARTS = [
  'Makefile',
  'ami',
  'boot/dist',
  'deploy/operator-policy.json',
  'deploy/sample.yaml',
  'os',
  'scripts/dist',
  'scripts/help.txt',
];
const LEFT_OUT = /(\.test\.ts|\.bats|\/(project|tsconfig)\.json|\/resources\.s3\/.+)$/;

/** Has make in the folder above the factory do what it does in the factory itself. */
const MAKEFILE = '# The factory that made this image; it can make others: make help\ninclude factory/Makefile\n';

/**
 * Puts the factory itself into `tree`/factory, as it runs on an image: with compiled scripts, on the image's own Node.
 * `repo` is where its source comes from.
 */
export function stageFactory(tree: string, repo: string, root: string): void {
  if (!existsSync(join(root, 'scripts/dist'))) throw new Failure('The scripts are not compiled. Run: make build');
  const factory = join(tree, 'factory');
  const isWanted = (path: string) => !LEFT_OUT.test(path.slice(root.length));
  for (const part of PARTS) {
    const target = join(factory, part);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(root, part), target, { recursive: true, filter: isWanted });
  }
  stageTests(factory, root);
  // Empty as git has it; what belongs into it is in S3.
  mkdirSync(join(factory, 'ami/resources.s3'), { recursive: true });
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  writeFileSync(join(factory, 'package.json'), `${JSON.stringify({ name, version, repository: repo }, null, 2)}\n`);
  writeFileSync(join(tree, 'Makefile'), MAKEFILE);
}
