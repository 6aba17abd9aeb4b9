import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import type { Problem } from '../command/problems.ts';
import { readAmiBuild } from '../parameters/ami-build.ts';
import { neededResources, readResourceList } from './list.ts';

function read(text: string) {
  const file = join(temporaryFolder('resources-'), 'resources.yaml');
  writeFileSync(file, text);
  const problems: Problem[] = [];
  const resources = readResourceList(problems, file);
  return { resources, problems: problems.map(({ source, message }) => `${source}: ${message}`) };
}

it('the list of the project has nothing wrong, and one entry for each os, arch and version', () => {
  const problems: Problem[] = [];
  const list = readResourceList(problems);
  expect(problems).toEqual([]);
  const { os, arch } = readAmiBuild();
  expect(list.flatMap(resource => resource.os ?? []).filter(name => !(name in os))).toEqual([]);
  for (const name of Object.keys(os)) {
    for (const of of Object.keys(arch)) {
      const needed = neededResources(list, { os: name, arch: of, pythonVersion: '3.11.2', skip: [] });
      const names = needed.map(resource => resource.name);
      expect(names).toEqual([...new Set(names)]);
    }
  }
});

it('gives each entry its place, with its version in the addresses', () => {
  const { resources, problems } = read(`
resources:
  - name: tool
    version: "1.20"
    url: https://vendor.example/tool-\${version}.zip
    signature: {url: "https://vendor.example/\${version}.sig", key: 0123456789ABCDEF0123456789ABCDEF01234567}
`);
  expect(problems).toEqual([]);
  expect(resources).toMatchObject([
    {
      url: 'https://vendor.example/tool-1.20.zip',
      path: 'tool/1.20/tool-1.20.zip',
      signature: { url: 'https://vendor.example/1.20.sig' },
      line: 3,
    },
  ]);
});

it.each([
  ['[]', 'line 1: has no list of resources'],
  ['resources:\n  - name: [', 'line 2: is not YAML: '],
  ['resources:\n  - version: "1"\n    url: https://a/b', 'line 2: name is missing'],
  ['resources:\n  - name: ../a\n    version: "1"\n    url: https://a/b', 'line 2: has no plain name'],
  ['resources:\n  - name: a\n    version: "1"\n    url: http://a/b', 'line 4: is no https address'],
  ['resources:\n  - name: a\n    version: "1"\n    url: https://a/b\n    sha256: abc', 'line 5: has a sha256'],
  ['resources:\n  - name: a\n    version: "1"\n    url: https://a/b\n    arch: mips', 'line 5: has an arch'],
  [
    'resources:\n  - name: a\n    version: "1"\n    url: https://a/b\n    component: orakel',
    'line 5: names a component',
  ],
  ['resources:\n  - name: a\n    version: "1"\n    url: https://a/b\n    colour: red', 'line 5: colour is nothing'],
])('%j is refused with its line', (text, message) => {
  expect(read(text).problems).toEqual([expect.stringContaining(`resources.yaml, ${message}`)]);
});

it('says everything that is wrong at once', () => {
  expect(
    read('resources:\n  - {name: a, version: "1", url: "ftp://a"}\n  - {name: b, url: "https://a/b"}').problems,
  ).toHaveLength(2);
});

it('needs what is for the system and not left out, and the Python of the image alone', () => {
  const { resources } = read(`
resources:
  - {name: python, version: "3.11.2", url: "https://a/b"}
  - {name: python, version: "3.12.1", url: "https://a/b"}
  - {name: everywhere, version: "1", url: "https://a/b"}
  - {name: one, version: "1", os: [debian12], arch: arm64, url: "https://a/b"}
  - {name: two, version: "1", component: oracle, url: "https://a/b"}
`);
  const names = (os: string, arch: string, skip: string[] = []) =>
    neededResources(resources, { os, arch, pythonVersion: '3.12.1', skip }).map(
      ({ name, version }) => `${name} ${version}`,
    );
  expect(names('debian12', 'arm64')).toEqual(['python 3.12.1', 'everywhere 1', 'one 1', 'two 1']);
  expect(names('debian12', 'x86_64', ['oracle'])).toEqual(['python 3.12.1', 'everywhere 1']);
});

describe('what there is one of for each region', () => {
  const { resources, problems } = read(`
resources:
  - name: trust-\${region}-bundle
    version: latest
    url: https://vendor.example/\${region}/\${region}.pem
    sha256:
      eu-west-1: ${'0'.repeat(64)}
`);
  const kind = { os: 'debian12', arch: 'x86_64', pythonVersion: '3.11.2', skip: [] };

  it('is that of the region that is built in, with its own pin', () => {
    expect(problems).toEqual([]);
    expect(neededResources(resources, { ...kind, region: 'eu-west-1' })).toMatchObject([
      {
        name: 'trust-eu-west-1-bundle',
        url: 'https://vendor.example/eu-west-1/eu-west-1.pem',
        path: 'trust-eu-west-1-bundle/latest/eu-west-1.pem',
        sha256: '0'.repeat(64),
      },
    ]);
  });

  it('is not pinned for another region by that', () => {
    expect(neededResources(resources, { ...kind, region: 'us-east-1' })[0]?.sha256).toBeUndefined();
  });

  it('is not needed where no region is known', () => expect(neededResources(resources, kind)).toEqual([]));

  it('has pins that are checksums', () => {
    const text =
      'resources:\n  - name: a-${region}\n    version: "1"\n    url: https://a/${region}\n    sha256: {x: abc}';
    expect(read(text).problems).toEqual([expect.stringContaining('64 hexadecimal digits')]);
  });
});

// What is built for one architecture has to be there for the other.
it('has for every os the same resources for both architectures', () => {
  const list = readResourceList([]);
  const { os, arch } = readAmiBuild();
  for (const name of Object.keys(os)) {
    const [one, other] = Object.keys(arch).map(of =>
      neededResources(list, { os: name, arch: of, pythonVersion: '3.11.2', region: 'eu-west-1', skip: [] }),
    );
    const described = (resources: typeof one) =>
      resources?.map(({ name, version, component }) => [name, version, component]);
    expect(described(one)).toEqual(described(other));
    // Nothing that names one architecture in its address is for both.
    for (const resource of [...(one ?? []), ...(other ?? [])]) {
      const named = /x64|amd64|x86_64|arm64|aarch64/.test(resource.url);
      expect([resource.url, named]).toEqual([resource.url, resource.arch !== undefined]);
      if (named) expect(/arm64|aarch64/.test(resource.url)).toBe(resource.arch === 'arm64');
    }
  }
});

it.each([
  ['what is no escape', 'https://a/%zz', 'line 4: ends in no plain file name'],
  ['a port that there is not', 'https://a:99999/b', 'line 4: is no address'],
  ['a control character', 'https://a/b%09c', 'line 4: ends in no plain file name'],
  ['another folder', 'https://a/b%2F..%2Fc', 'line 4: ends in no plain file name'],
  ['the folder above', 'https://a/b%2F..', 'line 4: ends in no plain file name'],
  ['a dotfile', 'https://a/.b', 'line 4: ends in no plain file name'],
  ['a change of direction', 'https://a/%E2%80%AEb', 'line 4: ends in no plain file name'],
  ['no file', 'https://a/', 'line 4: ends in no plain file name'],
])('an address with %s', (_what, url, message) => {
  const { resources, problems } = read(`resources:\n  - name: a\n    version: "1"\n    url: "${url}"`);
  expect(resources).toEqual([]);
  expect(problems.map(text => text.replace('resources.yaml, ', ''))).toContainEqual(expect.stringContaining(message));
});

it.each([
  ['an alias bomb', `a: &a [x, x]\nb: &b [${Array(30).fill('*a')}]\nc: &c [${Array(30).fill('*b')}]\nresources: [*c]`],
  ['an alias of nothing', 'resources: [*a]'],
])('%s is not YAML', (_what, text) => {
  expect(read(text).problems).toEqual([expect.stringContaining('is not YAML: ')]);
});
