import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { MARK } from './lib/one-process.ts';

const SOURCE = dirname(fileURLToPath(import.meta.url));
/** Where the image has its Node, whatever the operating system calls it. */
const RUNTIME = '/usr/local/lib/lava/bin/node';

/**
 * Compiles each boot script, and lava-boot, to one executable file that needs nothing but the runtime, into `output`
 * (replaced as a whole). The same sources give the same bytes, wherever the checkout is. Gives the files' paths.
 */
export async function buildBoot(output = join(SOURCE, 'dist')): Promise<string[]> {
  const draft = `${output}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  const scripts = readdirSync(join(SOURCE, 'rc.d')).filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  const entries: [string, string][] = scripts.map(name => [`rc.d/${basename(name, '.ts')}`, `rc.d/${name}`]);
  entries.push(['bin/lava-boot', 'commands/lava-boot.ts']);
  await Promise.all(entries.map(([target, source]) => bundle(join(SOURCE, source), join(draft, target))));
  rmSync(output, { recursive: true, force: true });
  renameSync(draft, output);
  return entries.map(([target]) => join(output, target));
}

async function bundle(source: string, target: string): Promise<void> {
  await build({
    absWorkingDir: dirname(SOURCE), // paths in the output are relative to it
    entryPoints: [source],
    outfile: target,
    bundle: true,
    platform: 'node',
    target: 'node16', // the newest that Amazon Linux 2 can run
    format: 'cjs',
    banner: { js: `#!${RUNTIME}\n${MARK}` },
    legalComments: 'none',
    logLevel: 'warning',
  });
  await chmod(target, 0o755);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const path of await buildBoot()) console.log(relative(process.cwd(), path));
}
