import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../command/root.ts';
import { readAmiBuild } from './ami-build.ts';
import { resolve } from './resolve.ts';
import { BUILD_PARAMETERS } from './targets.ts';

const DEFAULTS = {
  amiBuild: readAmiBuild(),
  lavaVersion: '8.1.0',
  region: { value: 'ap-southeast-2', source: 'profile default' },
};

const BY_HAND = {
  ami_id: 'ami-0043df2e553ad12b6',
  ip: 'public',
  python_version: '3.11.12',
  s3bucket: 'my-artefact-bucket',
  s3prefix: 'lava/ami/',
  sg: 'sg-004d25956a3bf5bd4',
  subnet: 'subnet-f6b6d681',
  tz: 'Australia/Sydney',
};

function resolveAll(parameters: Record<string, string>) {
  const { settings, ...rest } = resolve(new Map(Object.entries(parameters)), DEFAULTS, BUILD_PARAMETERS);
  return { ...rest, settings: Object.fromEntries(settings) };
}

function configFile(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'resolve-')), 'config.yaml');
  writeFileSync(file, text);
  return file;
}

describe('the guide: everything on the command line', () => {
  const { settings, problems } = resolveAll(BY_HAND);

  it('is accepted', () => expect(problems).toEqual([]));

  it('takes the rest from ami-build.yaml and says so', () => {
    expect(settings.os).toEqual({ value: 'amzn2023', source: 'ami-build.yaml: defaults.os' });
    expect(settings.arch).toEqual({ value: 'x86_64', source: 'ami-build.yaml: defaults.arch' });
    expect(settings.ami_ref).toEqual({
      value: 'al2023-ami-kernel-default-x86_64',
      source: 'ami-build.yaml: os.amzn2023.ami_ref',
    });
  });

  it('keeps every value as it was typed', () => {
    for (const [name, value] of Object.entries(BY_HAND)) {
      expect(settings[name]).toEqual({ value, source: 'command line' });
    }
  });
});

describe('the guide: a config file', () => {
  const config = join(ROOT, 'deploy/sample.yaml');

  it('gives all values, with their places', () => {
    const { settings, problems } = resolveAll({ config, env: 'dev' });
    expect(problems).toEqual([]);
    expect(settings.ip).toEqual({ value: 'public', source: 'sample.yaml: dev.ami.ip' });
    expect(settings.python_version).toEqual({ value: '3.11.12', source: 'sample.yaml: dev.ami.python.version' });
    expect(settings.s3bucket).toEqual({ value: 'my-bucket', source: 'sample.yaml: dev.ami.s3' });
    expect(settings.s3prefix).toEqual({ value: 'a/prefix/lava/ami/', source: 'sample.yaml: dev.ami.s3' });
  });

  it('gives way to the command line', () => {
    const { settings } = resolveAll({ config, env: 'dev', python_version: '3.11.11' });
    expect(settings.python_version).toEqual({ value: '3.11.11', source: 'command line' });
  });
});

describe('values that depend on others', () => {
  it.each([
    ['amzn2023', 'x86_64', 'al2023-ami-kernel-default-x86_64', 'm6i.large'],
    ['amzn2023', 'arm64', 'al2023-ami-kernel-default-arm64', 'm7g.large'],
    ['amzn2', 'x86_64', 'amzn2-ami-kernel-5.10-hvm-x86_64-gp2', 'm6i.large'],
    ['amzn2', 'arm64', 'amzn2-ami-kernel-5.10-hvm-arm64-gp2', 'm7g.large'],
    ['debian12', 'x86_64', 'amd64', 'm6i.large'],
    ['debian12', 'arm64', 'arm64', 'm7g.large'],
  ])('%s on %s', (os, arch, ref, type) => {
    const { settings } = resolveAll({ ...BY_HAND, os, arch });
    expect(settings.ami_ref?.value).toBe(ref);
    expect(settings.instance_type?.value).toBe(type);
  });

  it.each([
    ['s3://bucket/a/b', undefined, 'bucket', 'a/b/'],
    ['s3://bucket/a/b///', undefined, 'bucket', 'a/b/'],
    ['lava/ami', 'base/p', 'base', 'p/lava/ami/'],
    ['/lava/ami/', 's3://base/p/', 'base', 'p/lava/ami/'],
    ['s3://bucket/${version}/ami', undefined, 'bucket', '8.1.0/ami/'],
  ])('the S3 location %s below %s', (s3, base, bucket, prefix) => {
    const general = base ? `  _: {s3base: "${base}"}\n` : '';
    const config = configFile(`dev:\n${general}  ami:\n    s3: "${s3}"\n`);
    const { settings } = resolveAll({ config, env: 'dev' });
    expect(settings.s3bucket?.value).toBe(bucket);
    expect(settings.s3prefix?.value).toBe(prefix);
  });

  it('takes versions as text: 3.10 is not 3.1', () => {
    const config = configFile('dev:\n  ami:\n    python:\n      version: 3.10\n');
    expect(resolveAll({ config, env: 'dev' }).settings.python_version?.value).toBe('3.10');
  });

  it('takes security groups as a list, with spaces, or as YAML', () => {
    const two = 'sg-004d25956a3bf5bd4,sg-00000000';
    expect(resolveAll({ ...BY_HAND, sg: 'sg-004d25956a3bf5bd4 , sg-00000000' }).settings.sg?.value).toBe(two);
    const config = configFile('dev:\n  ami:\n    sg: [sg-004d25956a3bf5bd4, sg-00000000]\n');
    expect(resolveAll({ config, env: 'dev' }).settings.sg?.value).toBe(two);
  });
});

describe('problems', () => {
  it('are found all at once, each with where it comes from and what to do', () => {
    const { problems } = resolveAll({ ...BY_HAND, ip: 'both', tz: 'Sydney', subnett: 'x' });
    expect(problems.map(({ parameter }) => parameter).sort()).toEqual(['ip', 'subnett', 'tz']);
    for (const problem of problems) expect(problem.fix).not.toBe('');
    expect(problems[0]).toMatchObject({ parameter: 'subnett', source: 'command line', fix: 'Did you mean subnet?' });
  });

  it.each([
    ['ip', 'both', /not one of/],
    ['arch', 'aarch64', /not one of/],
    ['os', 'windows', /not an operating system/],
    ['python_version', '3.11', /no patch level/],
    ['python_version', '2.7.18', /not a version of Python 3/],
    ['subnet', 'subnet-xyz', /not the id of a subnet/],
    ['sg', 'sg-004d25956a3bf5bd4,', /not the id of a security group/],
    ['ami_id', 'ami-1', /not the id of an AMI/],
    ['tz', 'Mars/Olympus', /tz database/],
    ['s3bucket', 's3://x', /not the name of an S3 bucket/],
    ['subnet', '', /is empty/],
    ['tz', '$(reboot)', /tz database/],
    ['region', 'sydney', /not the name of an AWS region/],
    ['verbose', 'maybe', /not one of/],
  ])('%s=%s', (name, value, message) => {
    const { problems } = resolveAll({ ...BY_HAND, [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ parameter: name, message: expect.stringMatching(message) });
  });

  it.each(Object.keys(BY_HAND).filter(name => name !== 'ami_id'))('%s is missing', name => {
    const { [name as keyof typeof BY_HAND]: _, ...others } = BY_HAND;
    expect(resolveAll(others).problems).toMatchObject([{ parameter: name, message: 'is missing' }]);
  });

  it.each([
    ['config without env', { config: 'x.yaml' }, /needs an environment/],
    ['env without config', { env: 'dev' }, /is an environment of no file/],
    ['a file that is missing', { config: '/nowhere.yaml', env: 'dev' }, /there is no such file/],
    ['a folder', { config: '/', env: 'dev' }, /is a folder/],
    ['no YAML', { config: configFile('a: [b\n'), env: 'a' }, /is not YAML/],
    ['another env', { config: configFile('prod: {ami: {}}\ntest: {}\n'), env: 'dev' }, /not an environment/],
    ['a key twice', { config: configFile('dev:\n  ami: {ip: public}\n  ami: {}\n'), env: 'dev' }, /twice/],
    ['a section that is none', { config: configFile('dev:\n  ami: yes\n'), env: 'dev' }, /not a section/],
    ['a value that is a map', { config: configFile('dev:\n  ami:\n    ip: {a: b}\n'), env: 'dev' }, /not a single/],
    ['an unknown key', { config: configFile('dev:\n  ami:\n    instance_typ: x\n'), env: 'dev' }, /not a parameter/],
    ['nothing to be relative to', { config: configFile('dev: {ami: {s3: a/b}}\n'), env: 'dev' }, /no base/],
  ])('%s', (_, parameters, message) => {
    const { problems } = resolveAll({ ...BY_HAND, ...parameters });
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toMatch(message);
  });
});
