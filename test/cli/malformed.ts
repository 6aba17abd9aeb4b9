/** What a user may get wrong: the words typed after `make plan`, and what has to be said about it. */
export interface Malformed {
  what: string;
  /** Overrides of a complete command line; an empty text leaves the parameter as it is typed, empty. */
  parameters?: Record<string, string>;
  /** Parameters that are left out. */
  without?: string[];
  /** Text of the config file; env is then `dev`, unless overridden. */
  config?: string;
  /** Must be in the message. */
  says: string;
}

const each = (parameter: string, says: string, values: string[]): Malformed[] =>
  values.map(value => ({ what: `${parameter}=${value}`, parameters: { [parameter]: value }, says }));

const ami = (lines: string) => `dev:\n  ami:\n${lines.replaceAll(/^/gm, '    ')}\n`;

export const MALFORMED: Malformed[] = [
  ...['ip', 'python_version', 'region', 's3bucket', 's3prefix', 'sg', 'subnet', 'tz'].map(name => ({
    what: `${name} left out`,
    without: [name],
    says: `${name}: is missing`,
  })),
  ...['ip', 'python_version', 's3bucket', 's3prefix', 'sg', 'subnet', 'tz', 'os', 'arch'].map(name => ({
    what: `${name} empty`,
    parameters: { [name]: '' },
    says: `${name} "" (command line): is empty`,
  })),
  ...each('ip', 'is not one of the allowed values', ['Public', 'both', '10.0.0.1', 'public private', 'public;id']),
  ...each('arch', 'is not one of the allowed values', ['aarch64', 'amd64', 'x86', 'ARM64', 'x86_64,arm64']),
  ...each('os', 'is not an operating system of ami-build.yaml', [
    'amzn',
    'Amzn2023',
    'windows',
    '../etc',
    'constructor',
  ]),
  ...each('python_version', 'has no patch level', ['3.11', '3.9']),
  ...each('python_version', 'is not a version of Python 3', [
    '3',
    '2.7.18',
    'latest',
    '3.11.12rc1',
    'v3.11.12',
    '3.11.12.1',
    '3.11.x',
    '3.11.12; reboot',
    '../3.11.12',
  ]),
  ...each('subnet', 'is not the id of a subnet', [
    'f6b6d681',
    'subnet-F6B6D681',
    'subnet-f6b6d68',
    'subnet_f6b6d681',
    'sg-004d25956a3bf5bd4',
    'subnet-f6b6d681 x',
    'subnet-$(id)',
    'subnet-`id`',
  ]),
  ...each('sg', 'is not the id of a security group', [
    'default',
    'sg-1',
    'sg-004d25956a3bf5bd4,',
    ',sg-004d25956a3bf5bd4',
    'sg-004d25956a3bf5bd4;sg-00000000',
    'sg-004d25956a3bf5bd4 sg-00000000',
    'sg-004d25956a3bf5bd4,,sg-00000000',
  ]),
  ...each('ami_id', 'is not the id of an AMI', ['ami-1', 'AMI-0043df2e553ad12b6', 'i-0043df2e553ad12b6', 'latest']),
  ...each('ami_ref', 'is not the tail of an SSM parameter name', ['/aws/x', 'a b', 'a/', "a'b", 'a//b']),
  ...each('tz', 'is not a zone of the tz database', [
    'Sydney',
    'AEST',
    '+10:00',
    'Australia/Sidney',
    'australia',
    '../../etc/passwd',
    'Australia/Sydney;id',
    'Etc/../../passwd',
  ]),
  ...each('s3bucket', 'is not the name of an S3 bucket', [
    's3://my-bucket',
    'My-Bucket',
    'ab',
    'my_bucket',
    'my-bucket/',
    'my..bucket',
    '-bucket',
    'bucket-',
    'a'.repeat(64),
    '$(id)',
  ]),
  ...each('s3prefix', 'not safe in an S3 prefix', ['a\\b', 'a$b', 'a`id`', 'a"b', 'a;b', 'a*b', 'a\nb', 'a|b', 'a&b']),
  ...each('instance_type', 'is not an instance type', ['large', 'm6i large', 'M6I.LARGE', 'm6i.', '.large', 'm6i;id']),
  ...each('region', 'is not the name of an AWS region', ['sydney', 'ap-southeast', 'AP-SOUTHEAST-2', 'ap_southeast_2']),
  ...each('lava_version', 'is not a lava version', ['8', '8.1', 'v8.1.0', '8.1.0-beta', '8.1.0 x']),
  ...each('on_error', 'is not one of the allowed values', ['Keep', 'abort', 'yes']),
  ...each('verbose', 'is not one of the allowed values', ['1', 'true', 'YES']),
  ...each('format', 'is not one of the allowed values', ['yaml', 'JSON']),
  ...[
    ['ipp', 'ip'],
    ['subnets', 'subnet'],
    ['pyton_version', 'python_version'],
    ['s3-bucket', 's3bucket'],
    ['security_group', 'Known are'],
    ['TZ', 'tz'],
    ['instancetype', 'instance_type'],
    ['zzzzzzzzzzzzzzzz', 'Known are'],
  ].map(([name = '', hint = '']) => ({
    what: `a parameter nobody knows: ${name}`,
    parameters: { [name]: 'x' },
    says: hint === 'Known are' ? hint : `Did you mean ${hint}?`,
  })),
  { what: 'env without config', parameters: { env: 'dev' }, says: 'is an environment of no file' },
  { what: 'config without env', parameters: { config: 'deploy/sample.yaml' }, says: 'needs an environment' },
  { what: 'a missing file', parameters: { config: 'nowhere.yaml', env: 'dev' }, says: 'there is no such file' },
  { what: 'a folder', parameters: { config: 'deploy', env: 'dev' }, says: 'is a folder' },
  { what: 'an env that is not there', parameters: { config: 'deploy/sample.yaml', env: 'prod' }, says: 'dev, local' },
  { what: 'an empty file', config: '', says: 'has no environments' },
  { what: 'a file with a list', config: '- a\n- b\n', says: 'has no environments' },
  { what: 'a file with a text', config: 'hello\n', says: 'has no environments' },
  { what: 'JSON that ends too early', config: '{"dev": {"ami": ', says: 'is not YAML' },
  { what: 'a tab for indentation', config: 'dev:\n\tami:\n', says: 'line 2' },
  { what: 'an open quote', config: ami('tz: "Australia'), says: 'is not YAML' },
  {
    what: 'a key twice',
    config: ami('ip: public\nip: private'),
    says: 'line 4, column 5): the same key stands here twice',
  },
  { what: 'an env twice', config: 'dev: {}\ndev: {}\n', says: 'line 2, column 1): the same key' },
  { what: 'ami as a text', config: 'dev:\n  ami: yes\n', says: 'dev.ami is not a section' },
  { what: 'ami as a list', config: 'dev:\n  ami: [ip]\n', says: 'dev.ami is not a section' },
  { what: 'env as a text', config: 'dev: ami\n', says: 'dev is not a section' },
  { what: '_ as a text', config: 'dev:\n  _: base\n', says: 'dev._ is not a section' },
  { what: 'python as a text', config: ami('python: 3.11.12'), says: 'dev.ami.python is not a section' },
  { what: 'ip as a map', config: ami('ip: {is: public}'), says: 'line 3): dev.ami.ip is not a single value' },
  { what: 'sg as a list of maps', config: ami('sg: [{id: sg-00000000}]'), says: 'dev.ami.sg is not a single value' },
  { what: 'an unknown key', config: ami('subnetid: x'), says: 'line 3): dev.ami.subnetid is not a parameter' },
  { what: 'a misspelt key', config: ami('instance-type: x'), says: 'Did you mean instance_type?' },
  { what: 'config within config', config: ami('config: x.yaml'), says: 'dev.ami.config is not a parameter' },
  { what: 'a version as a number', config: ami('python:\n  version: 3.10'), says: '"3.10"' },
  { what: 'a relative S3 location without base', config: ami('s3: lava/ami'), says: 'there is no base' },
  {
    what: 'an S3 location without a bucket',
    config: ami('s3: s3:///ami'),
    says: 's3bucket "" (config.yaml: dev.ami.s3)',
  },
  { what: 'an S3 location with a bad bucket', config: ami('s3: s3://My/ami'), says: '"My" (config.yaml: dev.ami.s3)' },
  { what: 'a wrong value in the file', config: ami('ip: pubic'), says: 'ip "pubic" (config.yaml: dev.ami.ip)' },
  { what: 'a wrong zone in the file', config: ami('tz: Sydney'), says: 'tz "Sydney" (config.yaml: dev.ami.tz)' },
  {
    what: 'a value that is empty in the file',
    config: ami('subnet:'),
    says: 'subnet "" (config.yaml: dev.ami.subnet)',
  },
  { what: 'an alias to nowhere', config: ami('ip: *other'), says: 'the alias *other has no anchor' },
];
