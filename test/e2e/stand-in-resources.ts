import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { $ as zx } from 'zx/core';
import { missingResources } from '../../scripts/lib/resources/check.ts';
import { sha256OfFile } from '../../scripts/lib/resources/checksums.ts';
import { neededResources, type Resource, readResourceList } from '../../scripts/lib/resources/list.ts';
import { pinResources } from '../../scripts/lib/resources/pin.ts';

// Makes stand-ins for what images of an operating system take from vendors that this machine does not reach, in a
// checkout that a test has made for itself, and pins them there, so that the configurators have something to install:
//
//     node test/e2e/stand-in-resources.ts CHECKOUT OS PYTHON_VERSION
//
// They say of themselves what they are; what the vendor's own would do remains unproved.

const [checkout = '', os = '', pythonVersion = ''] = process.argv.slice(2);
const arch = process.arch === 'arm64' ? 'arm64' : 'x86_64';
const scratch = mkdtempSync(join(tmpdir(), 'stand-in-'));
const $ = zx({ cwd: scratch, sync: true, quiet: true });

/** Makes a stand-in, by the name of the resource; returns the file. */
const MAKERS: Record<string, () => string> = {
  // The same program as in the vendor's archive, as npm has it: its folder has another name, and that is all.
  node: () => join(scratch, $`npm pack --silent ${`node-linux-${process.arch}@16.20.2`}`.stdout.trim()),
  packer: () => archive({ packer: PACKER }),
  'packer-plugin-amazon': () => archive({ 'packer-plugin-amazon_v0_x5.0_linux': '#!/bin/sh\nexit 1\n' }),
  'oracle-basiclite': () => archive({ 'instantclient_0_0/libclntsh.so.0': readFileSync(someLibrary()) }),
  'oracle-odbc': () => archive({ 'instantclient_0_0/libsqora.so.0': readFileSync(someLibrary()) }),
  'oracle-sqlplus': () => archive({ 'instantclient_0_0/sqlplus': '#!/bin/sh\necho "ORA-12541: stand-in"\nexit 1\n' }),
};

/** Knows its plugin as packer does: by the folder that it is told of. */
const PACKER = `#!/bin/sh
set -e
plugins=\${PACKER_PLUGIN_PATH:?}/github.com/hashicorp/amazon
case $1 in
  plugins) mkdir -p "$plugins" && cp "$4" "$plugins/" ;;
  validate) ls "$plugins"/packer-plugin-amazon* ;;
  *) echo 'Packer v0 (stand-in)' ;;
esac
`;

/** A library without a name of its own: what it is called is what its file is called. */
function someLibrary(): string {
  return $`python3 -c ${'import _ctypes; print(_ctypes.__file__)'}`.stdout.trim();
}

function certificate(): string {
  const subject = '/CN=Stand-in for an authority of AWS';
  $`openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out a.pem -subj ${subject}`;
  return join(scratch, 'a.pem');
}

/** A zip archive of programs; Python writes it, since zip is not everywhere. */
function archive(files: Record<string, string | Buffer>): string {
  const folder = mkdtempSync(join(scratch, 'zip-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
    chmodSync(join(folder, name), 0o755);
  }
  const tops = [...new Set(Object.keys(files).map(name => join(folder, name.split('/')[0] ?? '')))];
  $`python3 -m zipfile -c ${folder}.zip ${tops}`;
  return `${folder}.zip`;
}

function standInFor({ name, component }: Resource): string {
  const make = MAKERS[name] ?? (component === 'certificates' ? certificate : undefined);
  if (!make) throw new Error(`there is no stand-in for ${name}`);
  return make();
}

const list = join(checkout, 'ami/resources.yaml');
const folder = join(checkout, 'ami/resources.s3');
const kind = { os, arch, pythonVersion, region: 'us-east-1', skip: [] };
try {
  const missing = missingResources(neededResources(readResourceList([], list), kind), folder);
  const pinned = missing.map(resource => {
    const file = join(folder, resource.path);
    mkdirSync(dirname(file), { recursive: true });
    copyFileSync(standInFor(resource), file);
    console.log(`stand-in: ${basename(file)}`);
    return { resource, sha256: sha256OfFile(file) ?? '' };
  });
  pinResources(pinned, list);
} finally {
  rmSync(scratch, { recursive: true });
}
