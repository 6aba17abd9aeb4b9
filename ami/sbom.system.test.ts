import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { expect, it } from 'vitest';

const PROGRAM = join(import.meta.dirname, 'lib/sbom.jq');
const SERIAL = '3e671687-395b-41f5-a30f-a58921a69b79';
const ENVIRONMENT = { LAVA_AMI_NAME: 'lava-8.1.0', LAVA_VERSION: '8.1.0', LAVA_SKIP: 'oracle docker' };

/** What jq makes of lines whose fields are given as lists. */
function sbom(...lines: string[][]) {
  const input = lines.map(fields => `${fields.join('\t')}\n`).join('');
  const args = ['--raw-input', '--slurp', '--from-file', PROGRAM];
  const given = ['--arg', 'serial', SERIAL, '--arg', 'timestamp', '2026-11-23T01:02:03Z'];
  const env = { ...process.env, ...ENVIRONMENT };
  const { stdout, stderr } = spawnSync('jq', [...args, ...given], { input, encoding: 'utf8', env });
  if (stderr) throw new Error(stderr);
  return { text: stdout, content: JSON.parse(stdout) };
}

const LINES = [
  ['os', 'debian', '12', 'Debian GNU/Linux 12 (bookworm)'],
  ['kernel', 'linux', '6.1.0-25-cloud-amd64', 'x86_64'],
  ['deb', 'libstdc++6', '1:12.2.0-14', 'amd64'],
  ['rpm', 'glibc', '2.34-52.amzn2023', 'x86_64'],
  ['python', 'PyYAML', '6.0.2', ''],
  ['tool', 'docker', '20.10.24', '/usr/bin/docker'],
  ['tool', 'odd', '', '/usr/bin/odd'],
  ['file', 'oracle-instantclient-basic', '23.5', 'basic.zip', 'a'.repeat(64)],
];

it('is valid CycloneDX', async () => {
  const { text } = sbom(...LINES);
  const problems = await new Validation.JsonStrictValidator(Spec.Version.v1dot5).validate(text);
  expect(problems).toBeNull();
});

it('has a component for each thing, once', () => {
  const { components, metadata } = sbom(...LINES, ...LINES).content;
  expect(components).toHaveLength(LINES.length);
  expect(components.map(({ purl }: { purl?: string }) => purl).filter(Boolean)).toEqual([
    'pkg:deb/debian/libstdc%2B%2B6@1%3A12.2.0-14?arch=amd64',
    'pkg:pypi/PyYAML@6.0.2',
    'pkg:rpm/amzn/glibc@2.34-52.amzn2023?arch=x86_64',
  ]);
  expect(metadata.component.properties).toContainEqual({ name: 'lava:left_out', value: 'oracle docker' });
});

it('refuses what it does not know', () => {
  expect(() => sbom(['thing', 'x', '1'])).toThrow('nobody knows what a thing is: x');
});
