import { chmodSync, cpSync, existsSync, lstatSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create } from 'tar';
import { quote } from 'zx/core';
import { Failure } from '../command/problems.ts';
import { ROOT } from '../command/root.ts';
import type { Plan } from '../plan/plan.ts';
import { stageFactory } from './factory.ts';
import { stageTests } from './tests.ts';

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
  'python',
];

/** A fixed time for every entry, so that the same tree always makes the same tarball. */
const MTIME = new Date('2000-01-01T00:00:00Z');

/**
 * Lays the operating system's layer over the common one, adds the compiled boot scripts, the factory itself and the
 * build's settings, and packs it all into one reproducible tarball in the build's folder. Returns the tarball.
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
  stageFactory(tree, plan.tags.Repo ?? '', root);
  writeFileSync(join(tree, 'resources.tsv'), resourceTable(plan));
  writeFileSync(join(tree, 'build.env'), shellVariables(plan.environment));
  const entries = normaliseModes(tree);
  const tarball = join(folder, 'packer.tar.gz');
  await create({ cwd: tree, file: tarball, gzip: true, portable: true, mtime: MTIME, noDirRecurse: true }, entries);
  return tarball;
}

/** `NAME='value'` lines, quoted so that a shell reads back exactly what was given. */
export function shellVariables(variables: Record<string, string>): string {
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}=${quote(value)}\n`)
    .join('');
}

/** Name, version, path and SHA-256 of each resource, a line each, for the build instance. */
function resourceTable({ resources }: Plan): string {
  return resources.map(({ name, version, path, sha256 }) => `${[name, version, path, sha256].join('\t')}\n`).join('');
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
