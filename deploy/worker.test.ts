import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkUserData } from '../boot/lib/check-user-data.ts';
import { render } from '../test/cloud/cloudformation/template/render.ts';

const TEMPLATE = readFileSync(join(import.meta.dirname, 'worker.cfn.yaml'), 'utf8');
const SHA256 = '0123456789abcdef'.repeat(4);

const LEAST: Record<string, string> = {
  realm: 'dev',
  worker: 'core',
  amiId: 'ami-0123456789abcdef0',
  codeBucket: 'my-bucket',
  codePrefix: 'dist/lava/',
  installer: 'install.sh',
  installerSha256: SHA256,
  workerInstanceType: 'm7i.large',
  subnets: 'subnet-1,subnet-2',
  secGroups: 'sg-1,sg-2',
};
const ROOT_CRONTAB = { crontabRoot: 's3://cron-bucket/a/root.cron' };
const USER_CRONTAB = { crontabUser: 's3://my-bucket/user.cron', workerUser: 'admin' };

const LONGEST_BUCKET = `b${'-'.repeat(61)}b`;
const LONGEST: Record<string, string> = {
  realm: 'r'.repeat(63),
  worker: 'w'.repeat(63),
  workerUser: 'u'.repeat(32),
  codeBucket: LONGEST_BUCKET,
  codePrefix: `${'p'.repeat(511)}/`,
  installer: 'i'.repeat(255),
  crontabRoot: `s3://${LONGEST_BUCKET}/${'k'.repeat(1024)}`,
  crontabUser: `s3://${LONGEST_BUCKET}/${'k'.repeat(1024)}`,
  swapSize: '9999.99',
};
const LONGEST_STACK = { 'AWS::StackName': 's'.repeat(128), 'AWS::Region': 'ap-southeast-2' };

type Pseudo = Parameters<typeof render>[2];

// biome-ignore lint/suspicious/noExplicitAny: properties of resources are what AWS says they are
type Properties = any;

function worker(parameters: Record<string, string> = {}, pseudo: Pseudo = {}) {
  const { resources } = render(TEMPLATE, { ...LEAST, ...parameters }, pseudo);
  const properties = (name: string): Properties => resources[name]!.Properties;
  const launch = properties('LaunchTemplate').LaunchTemplateData;
  const role = properties('Role');
  return {
    resources,
    launch,
    role,
    statements: role.Policies[0].PolicyDocument.Statement as Properties[],
    group: properties('Group'),
    userData: Buffer.from(launch.UserData, 'base64'),
  };
}

/** Text that the patterns let through and that could still mean something to JSON or a shell. */
const ODD = 'A_.=@+,-z/';

describe('user data', () => {
  it.each([
    ['as little as can be', {}, { swap: { size: 0 } }],
    ['swap', { swapSize: '0.5' }, { swap: { size: 0.5 } }],
    ['the crontab of root', ROOT_CRONTAB, { crontab: { root: 's3://cron-bucket/a/root.cron' } }],
    ['that of the user', USER_CRONTAB, { crontab: { admin: 's3://my-bucket/user.cron' } }],
    [
      'both',
      { ...ROOT_CRONTAB, ...USER_CRONTAB },
      { crontab: { root: 's3://cron-bucket/a/root.cron', admin: 's3://my-bucket/user.cron' } },
    ],
    ['odd names', { realm: 'A_.-z', codePrefix: ODD, installer: ODD, crontabRoot: `s3://a-b/${ODD}` }, {}],
    ['the longest values', LONGEST, { swap: { size: 9999.99 } }],
  ])('with %s is what the boot scripts obey', (_, parameters, expected) => {
    const { userData } = worker(parameters, LONGEST_STACK);
    expect(checkUserData(userData)).toEqual([]);
    const object = JSON.parse(userData.toString());
    expect(object).toMatchObject(expected);
    expect('crontab' in object).toBe('crontabRoot' in parameters || 'crontabUser' in parameters);
    expect(userData.length).toBeLessThan(16 * 1024);
    expect(object.shell).toHaveLength(2);
    for (const command of object.shell) execFileSync('bash', ['-n', '-c', command]);
  });

  it('fetches, verifies and runs the installer in one command, and then tells the stack in the background', () => {
    const [install, signal] = JSON.parse(worker().userData.toString()).shell;
    expect(install.split(' && ')).toEqual([
      expect.stringContaining("LAVA_CODE='s3://my-bucket/dist/lava/'"),
      "aws s3 cp --quiet 's3://my-bucket/dist/lava/install.sh' /run/lava/installer",
      `echo '${SHA256}  /run/lava/installer' | sha256sum --check --quiet`,
      'bash /run/lava/installer',
    ]);
    expect(signal).toMatch(/lava-boot wait .* --stack-name 'sample' --logical-resource-id Group .* &$/);
  });

  it('is what would change an instance: another value makes another launch template', () => {
    const texts = [{}, ROOT_CRONTAB, { swapSize: '1' }, { installerSha256: 'f'.repeat(64) }].map(parameters =>
      worker(parameters).userData.toString(),
    );
    expect(new Set(texts).size).toBe(texts.length);
  });
});

describe('parameters', () => {
  const valid: Record<string, string> = {
    ...LEAST,
    ...ROOT_CRONTAB,
    ...USER_CRONTAB,
    realmPolicy: 'arn:aws:iam::123456789012:policy/lava/dev-worker',
    rootVolumeSize: '20',
    swapSize: '2',
    bootTimeout: 'PT10M',
  };
  const declared: Record<string, { AllowedPattern?: string }> = parse(TEMPLATE, { logLevel: 'silent' }).Parameters;
  const patterned = Object.keys(declared).filter(
    name => declared[name]!.AllowedPattern !== undefined && name !== 'workerAllowedInstances',
  );

  it('are all let through when they are right', () => {
    expect(() => worker(valid)).not.toThrow();
    expect(Object.keys(valid)).toEqual(expect.arrayContaining(patterned));
  });

  it.each(patterned)('%s lets nothing through that would mean something to JSON, a shell or a policy', name => {
    const value = valid[name]!;
    // As in CloudFormation, a pattern has to match the whole value.
    const pattern = new RegExp(`^(?:${declared[name]!.AllowedPattern})$`);
    expect(value).toMatch(pattern);
    for (const odd of [...'"\'\\$`;|&<>(){}[]*?!#%^~ \t\n\r\0\u007fü\u2028', '${AWS::Region}']) {
      for (let place = 0; place <= value.length; place++) {
        expect(value.slice(0, place) + odd + value.slice(place)).not.toMatch(pattern);
      }
    }
  });

  it.each([
    ['workerUser', 'root'],
    ['codePrefix', 'no-slash'],
    ['codePrefix', '/dist/'],
    ['installer', '/install.sh'],
    ['swapSize', '.5'],
    ['swapSize', '1e3'],
    ['swapSize', '007'],
    ['swapSize', '-1'],
    ['rootVolumeSize', '010'],
    ['rootVolumeSize', '0.5'],
    ['bootTimeout', 'PT2H'],
    ['bootTimeout', 'PT0M'],
    ['bootTimeout', '15M'],
    ['installerSha256', SHA256.toUpperCase()],
    ['workerPublicIp', 'yes'],
    ['workerAllowedInstances', 'm7i.large, c7i.large'],
    ['workerInstancesDesired', '0'],
    ['codePrefix', `${'p'.repeat(512)}/`],
  ])('%s cannot be %s', (name, value) => {
    expect(() => worker({ [name]: value })).toThrow(/failed to satisfy|must be/);
  });

  it('are all in a group for the console', () => {
    const { Metadata } = parse(TEMPLATE, { logLevel: 'silent' });
    const grouped = Metadata['AWS::CloudFormation::Interface'].ParameterGroups.flatMap(
      (group: { Parameters: string[] }) => group.Parameters,
    );
    expect(grouped.sort()).toEqual(Object.keys(declared).sort());
  });

  it('as many in service as there can be would leave no room for a new one', () => {
    expect(() => worker({ workerInstancesMax: '1' })).toThrow(/raise workerInstancesMax, or take 0/);
    expect(() => worker({ workerInstancesMax: '1', workerInstancesInService: '0' })).not.toThrow();
  });
});

describe('the role', () => {
  it('may do what a worker needs on what is its own, and nothing else', () => {
    const { statements, role } = worker();
    expect(statements.map(({ Sid, Action, Resource }) => [Sid, Action, Resource])).toEqual([
      ['ReadCode', 's3:GetObject', 'arn:aws:s3:::my-bucket/dist/lava/*'],
      ['ListCode', 's3:ListBucket', 'arn:aws:s3:::my-bucket'],
      [
        'ShipLog',
        ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
        ['arn:aws:logs:us-east-1:123456789012:log-group:lava', 'arn:aws:logs:us-east-1:123456789012:log-group:lava:*'],
      ],
      ['TellThisStack', 'cloudformation:SignalResource', expect.stringMatching(/:stack\/sample\/[0-9a-f-]+$/)],
    ]);
    expect(role.ManagedPolicyArns).toEqual(['arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore']);
  });

  it.each([
    ['with nothing optional', {}],
    ['with everything', { ...ROOT_CRONTAB, ...USER_CRONTAB, realmPolicy: 'arn:aws:iam::123456789012:policy/dev' }],
  ])('%s has no action with a wildcard and no resource that is one', (_, parameters) => {
    for (const { Effect, Action, Resource } of worker(parameters).statements) {
      expect(Effect).toBe('Allow');
      for (const action of [Action].flat()) expect(action).toMatch(/^[a-z0-9]+:[A-Za-z]+$/);
      for (const resource of [Resource].flat()) expect(resource).toMatch(/^arn:aws:[a-z0-9]+:.*:[^*]+/);
    }
  });

  it('reads those crontabs that are given, and has the policy of the realm', () => {
    const policy = 'arn:aws:iam::123456789012:policy/lava/dev-worker';
    const { statements, role } = worker({ ...ROOT_CRONTAB, ...USER_CRONTAB, realmPolicy: policy });
    const resources = statements.filter(({ Sid }) => Sid.startsWith('ReadCrontab')).map(({ Resource }) => Resource);
    expect(resources).toEqual(['arn:aws:s3:::cron-bucket/a/root.cron', 'arn:aws:s3:::my-bucket/user.cron']);
    expect(role.ManagedPolicyArns).toContain(policy);
  });

  it('is right in other partitions, too', () => {
    const china = {
      'AWS::Partition': 'aws-cn',
      'AWS::Region': 'cn-north-1',
      'AWS::StackId': 'arn:aws-cn:cloudformation:cn-north-1:123456789012:stack/sample/1',
    };
    const text = JSON.stringify(worker({ ...ROOT_CRONTAB, ...USER_CRONTAB }, china).role);
    expect(text.match(/arn:[a-z-]+:/g)!.every(start => start === 'arn:aws-cn:')).toBe(true);
  });
});

describe('instances', () => {
  it('have what a worker must have', () => {
    const { launch } = worker();
    expect(launch.MetadataOptions).toMatchObject({ HttpTokens: 'required', HttpPutResponseHopLimit: 2 });
    expect(launch.BlockDeviceMappings).toEqual([
      { DeviceName: '/dev/xvda', Ebs: { VolumeType: 'gp3', Encrypted: true, DeleteOnTermination: true } },
    ]);
    expect(launch).not.toHaveProperty('KeyName');
    expect(launch.TagSpecifications.map(({ ResourceType }: Properties) => ResourceType)).toEqual([
      'instance',
      'volume',
    ]);
  });

  it('have what was asked for', () => {
    const { launch, group } = worker({ rootVolumeSize: '64', keyPairName: 'mine', workerPublicIp: 'true' });
    expect(launch.BlockDeviceMappings[0].Ebs.VolumeSize).toBe('64');
    expect(launch.KeyName).toBe('mine');
    expect(launch.NetworkInterfaces).toEqual([
      { DeviceIndex: 0, AssociatePublicIpAddress: 'true', Groups: ['sg-1', 'sg-2'] },
    ]);
    expect(group.VPCZoneIdentifier).toEqual(['subnet-1', 'subnet-2']);
  });

  it('are of one of the allowed types where none is given', () => {
    const { launch, group } = worker({ workerInstanceType: '', workerAllowedInstances: 'm7i.*,c7i.large' });
    expect(launch).not.toHaveProperty('InstanceType');
    expect(group).not.toHaveProperty('LaunchTemplate');
    const { LaunchTemplateSpecification, Overrides } = group.MixedInstancesPolicy.LaunchTemplate;
    expect(LaunchTemplateSpecification.Version).toBe('LaunchTemplate.LatestVersionNumber');
    expect(Overrides[0].InstanceRequirements.AllowedInstanceTypes).toEqual(['m7i.*', 'c7i.large']);
    expect(worker().group).not.toHaveProperty('MixedInstancesPolicy');
  });

  it('are replaced when the launch template changes, and have to tell that they booted', () => {
    const { resources, group } = worker({ workerInstancesDesired: '2', workerInstancesMax: '3', bootTimeout: 'PT5M' });
    expect(group.LaunchTemplate.Version).toBe('LaunchTemplate.LatestVersionNumber');
    expect(resources.Group!.CreationPolicy).toEqual({ ResourceSignal: { Count: '2', Timeout: 'PT5M' } });
    expect(resources.Group!.UpdatePolicy!.AutoScalingRollingUpdate).toMatchObject({
      MinInstancesInService: '1',
      WaitOnResourceSignals: true,
      PauseTime: 'PT5M',
    });
  });
});
