import { readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build, type Plugin } from 'esbuild';

// Compiles the commands to scripts/dist, or to a folder that is given, for the image: there they run on its own Node, with no packages installed.
// Each is a file of its own; what they share is in chunks, which are loaded when they are used, as in the checkout.

const SCRIPTS = import.meta.dirname;
/** Commands of the checkout alone: they write files that belong into it. */
const NOT_ON_IMAGES = ['compile', 'generate'];

/** The YAML library is loaded by require, which a compiler can't follow. */
const YAML: Plugin = {
  name: 'yaml',
  setup({ onLoad }) {
    const contents = "import * as library from 'yaml';\nexport const yaml = () => library;\n";
    onLoad({ filter: /scripts\/lib\/command\/yaml\.ts$/ }, () => ({ contents, resolveDir: SCRIPTS }));
  },
};

/** What modules of the older kind, ours, and log-update expect to find, in a file of the newer kind and on Node 18. */
const BANNER = `import { createRequire as createRequire$ } from 'node:module';
import { fileURLToPath as fileURLToPath$ } from 'node:url';
const require = createRequire$(import.meta.url), filename$ = fileURLToPath$(import.meta.url);
Array.prototype.toReversed ??= function () { return [...this].reverse(); };`;

async function compile(output: string): Promise<void> {
  const draft = `${output}.new`;
  rmSync(draft, { recursive: true, force: true });
  const commands = readdirSync(SCRIPTS)
    .filter(name => name.endsWith('.ts') && !NOT_ON_IMAGES.includes(basename(name, '.ts')))
    .map(name => join(SCRIPTS, name));
  await build({
    absWorkingDir: dirname(SCRIPTS), // paths in the output are relative to it
    entryPoints: [...commands, join(SCRIPTS, '../boot/commands/check-user-data.ts')],
    entryNames: '[name]',
    outdir: draft,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    target: 'node18', // the oldest that the AWS SDK runs on; Debian 12 has it
    banner: { js: BANNER },
    define: { 'import.meta.filename': 'filename$' },
    plugins: [YAML],
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  rmSync(output, { recursive: true, force: true });
  renameSync(draft, output);
}

await compile(process.argv[2] ?? join(SCRIPTS, 'dist'));
