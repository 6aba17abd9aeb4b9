import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { $ } from 'zx';
import { ROOT } from '../scripts/lib/command/root.ts';
import { missingResources } from '../scripts/lib/resources/check.ts';
import { neededResources, readResourceList } from '../scripts/lib/resources/list.ts';

// For the local cloud alone: gets what debian12 images need from outside as far as this machine reaches it, and prints
// the components that have to be left out because it does not, separated by commas. For AWS `make fetch` gets it, and
// nothing is ever left out unasked.
//
//     node test/fetch.ts             prints what is left out
//     node test/fetch.ts --expected  fails if that is more than test/left-out.expected says

const PYTHON = '3.11.2';
/** The local cloud's. */
const REGION = 'us-east-1';
const ARCH = process.arch === 'arm64' ? 'arm64' : 'x86_64';
const RESOURCES = join(ROOT, 'ami/resources.s3');

/** Debian's source package of Python holds the very file that python.org has, to the byte. */
async function fetchPython(): Promise<void> {
  const file = join(RESOURCES, `python/${PYTHON}/Python-${PYTHON}.tgz`);
  if (existsSync(file)) return;
  console.error(`Python ${PYTHON}: fetching the source from Debian's source package`);
  const folder = mkdtempSync(join(tmpdir(), 'lava-fetch-'));
  try {
    const format = 'deb-src $(REPO_URI) $(RELEASE) $(COMPONENT)';
    const { stdout } = await $({ quiet: true })`apt-get indextargets --format ${format} ${'Created-By: Packages'}`;
    const sources = new Set(stdout.split('\n').filter(line => / bookworm /.test(line)));
    writeFileSync(join(folder, 'sources.list'), `${[...sources].join('\n')}\n`);
    mkdirSync(join(folder, 'lists/partial'), { recursive: true });
    const settings = [
      `Dir::Etc::sourcelist=${folder}/sources.list`,
      'Dir::Etc::sourceparts=-',
      `Dir::State::lists=${folder}/lists`,
      'APT::Sandbox::User=root',
    ].flatMap(setting => ['-o', setting]);
    await $({ quiet: true })`apt-get --quiet=2 ${settings} update`;
    await $({ quiet: true, cwd: folder })`apt-get --quiet=2 ${settings} source --download-only python3.11`;
    mkdirSync(dirname(file), { recursive: true });
    await $({ quiet: true })`mv ${join(folder, `python3.11_${PYTHON}.orig.tar.gz`)} ${file}.part`;
    renameSync(`${file}.part`, file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Components of which something is missing. */
function leftOut(): string[] {
  const kind = { os: 'debian12', arch: ARCH, pythonVersion: PYTHON, region: REGION, skip: [] };
  const all = neededResources(readResourceList([]), kind);
  const missing = missingResources(all, RESOURCES);
  return [...new Set(missing.flatMap(({ component }) => component ?? []))].sort();
}

await fetchPython();
const components = leftOut();
await $({
  quiet: true,
})`make --no-print-directory --directory ${ROOT} fetch os=debian12 arch=${ARCH} python_version=${PYTHON} region=${REGION} skip=${components.join(',')}`;
if (process.argv[2] === '--expected') {
  const expected = readFileSync(join(import.meta.dirname, 'left-out.expected'), 'utf8').split('\n');
  const more = components.filter(name => !expected.includes(name));
  if (more.length > 0) throw new Error(`left out, but not expected to be (test/left-out.expected): ${more.join(', ')}`);
}
console.log(components.join(','));
