import { chmodSync, cpSync, existsSync, lstatSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create } from 'tar';
import { quote } from 'zx/core';
import type { Plan } from './plan.ts';
import { Failure } from './problems.ts';
import { ROOT } from './root.ts';

/** What of a layer goes to the build instance; the rest (resources, settings of the tools) stays here. */
const LAYER_PARTS = [
  'provision',
  'image.pkr.hcl',
  'plugins.pkr.hcl',
  'ami-build.yaml',
  'conf.d',
  'record.d',
  'seal.d',
  'lib',
  'rootfs',
];

/** What runs the tests of the image, and which parts of it running them needs. */
const TEST_LIBRARIES: Record<string, string[]> = {
  bats: ['bin', 'lib', 'libexec'],
  'bats-support': ['load.bash', 'src'],
  'bats-assert': ['load.bash', 'src'],
};

/** A fixed time for every entry, so that the same tree always makes the same tarball. */
const MTIME = new Date('2000-01-01T00:00:00Z');

/**
 * Lays the operating system's layer over the common one, adds the compiled boot scripts and the build's settings, and
 * packs it all into one reproducible tarball in the build's folder. Returns the tarball.
 */
export async function stage(plan: Plan, folder: string, root: string = ROOT): Promise<string> {
  const os = plan.environment.LAVA_OS ?? '';
  const tree = join(folder, 'packer');
  // A build that is gone on with was staged before.
  rmSync(tree, { recursive: true, force: true });
  for (const layer of [join(root, 'ami'), join(root, 'os', os)]) {
    for (const part of LAYER_PARTS) {
      const source = join(layer, part);
      if (existsSync(source)) cpSync(source, join(tree, part), { recursive: true });
    }
  }
  const boot = join(root, 'boot/dist');
  if (!existsSync(boot)) throw new Failure('The boot scripts are not compiled. Run: make build');
  cpSync(boot, join(tree, 'boot'), { recursive: true });
  stageTests(tree, root);
  writeFileSync(join(tree, 'build.env'), shellVariables(plan.environment));
  const entries = normaliseModes(tree);
  const tarball = join(folder, 'packer.tar.gz');
  await create({ cwd: tree, file: tarball, gzip: true, portable: true, mtime: MTIME, noDirRecurse: true }, entries);
  return tarball;
}

/** Adds the tests that the image runs on itself, with bats to run them. A factory on an image has bats beside them. */
function stageTests(tree: string, root: string): void {
  const test = join(tree, 'test');
  cpSync(join(root, 'test/image'), join(test, 'image'), { recursive: true });
  for (const [library, parts] of Object.entries(TEST_LIBRARIES)) {
    const places = [join(root, 'node_modules', library), join(root, 'test/lib', library)];
    const source = places.find(place => existsSync(place));
    if (!source) throw new Failure(`The tests of the image need ${library}, which is not installed. Run: npm ci`);
    for (const part of parts) cpSync(join(source, part), join(test, 'lib', library, part), { recursive: true });
  }
}

/** `NAME='value'` lines, quoted so that a shell reads back exactly what was given. */
export function shellVariables(variables: Record<string, string>): string {
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}=${quote(value)}\n`)
    .join('');
}

/** Sets modes as git keeps them (0755 or 0644), whatever the operator's umask; lists all entries in order. */
function normaliseModes(tree: string): string[] {
  const entries = readdirSync(tree, { recursive: true, encoding: 'utf8' }).sort();
  for (const entry of entries) {
    const path = join(tree, entry);
    const status = lstatSync(path);
    chmodSync(path, status.isDirectory() || status.mode & 0o100 ? 0o755 : 0o644);
  }
  return entries;
}
