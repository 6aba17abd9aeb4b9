import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { notedDaemon } from './daemon/running.ts';

// The commands of the local cloud, as people type them, against real machines. One cloud for all, in this order.

const PARENT = temporaryFolder('cloud-');
const FOLDER = join(PARENT, 'c');
const ENVIRONMENT = { ...process.env, LAVA_CLOUD_DIR: FOLDER, AWS_PROFILE: 'production', CHECKPOINT_DISABLE: '1' };
/** Milliseconds. */
const MINUTE = 60_000;
vi.setConfig({ testTimeout: 5 * MINUTE, hookTimeout: MINUTE });
const DEBIAN = '/aws/service/debian/release/12/latest/amd64';
const BOTH_CLIS = ['aws', '/usr/bin/aws'];

function command(name: string, words: string[], env: NodeJS.ProcessEnv = ENVIRONMENT): SpawnSyncReturns<string> {
  return spawnSync(join(import.meta.dirname, name), words, { env, cwd: PARENT, encoding: 'utf8' });
}

/** Runs a command inside the cloud, which has to succeed; gives its output. */
function inside(...words: string[]): string {
  const { status, stdout, stderr } = command('run', ['--', ...words]);
  expect({ words, status, stderr: status === 0 ? '' : stderr + stdout }).toEqual({ words, status: 0, stderr: '' });
  return stdout.trim();
}

/** One value, asked with the AWS CLI. */
function aws(query: string, ...words: string[]): string {
  return inside('aws', ...words, '--output', 'text', '--query', query);
}

interface ApiCall {
  service: string;
  action: string;
  status: number;
  error?: string;
}

function apiLog(): ApiCall[] {
  const lines = readFileSync(join(FOLDER, 'api.log'), 'utf8').trim().split('\n');
  return lines.map(line => JSON.parse(line));
}

/** Processes and mounts that have the cloud's folder in their command line or path. */
function traces(): string[] {
  const processes = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(pid => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return words.includes(FOLDER) ? [`${pid} ${words}`] : [];
      } catch {
        return []; // It ended meanwhile.
      }
    });
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
  return [...processes, ...mounts.filter(line => line.includes(FOLDER))];
}

afterAll(() => {
  command('clean', []);
});

test('what the machine lacks is said in one line, with status 2', () => {
  const withoutSbin = command('run', ['--', 'true'], { ...ENVIRONMENT, PATH: '/usr/bin:/bin' });
  expect(withoutSbin).toMatchObject({
    status: 2,
    stderr: 'The local cloud needs debootstrap: apt-get install debootstrap\n',
  });
  const usage = command('run', []);
  expect(usage.status).toBe(2);
  expect(usage.stderr).toContain('test/cloud/run [--no-base] -- COMMAND');
});

test('two first runs at once start one daemon, which belongs to neither', async () => {
  const runs = [1, 2].map(() => {
    const child = spawn(join(import.meta.dirname, 'run'), ['--no-base', '--', 'aws', 's3', 'ls'], {
      env: ENVIRONMENT,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return new Promise<string>((resolve, reject) => {
      let output = '';
      child.stdout.on('data', chunk => {
        output += chunk;
      });
      // `close` comes when nobody holds the output any more, the daemon included.
      child.on('close', status => (status === 0 ? resolve(output) : reject(new Error(`status ${status}`))));
    });
  });
  for (const output of await Promise.all(runs)) expect(output).toMatch(/ lava-local\n$/);
  const log = readFileSync(join(FOLDER, 'daemon.log'), 'utf8');
  expect(log.match(/ Ready /g)).toHaveLength(1);
  const { pid } = notedDaemon(FOLDER)!;
  const session = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')[3];
  expect(session).toBe(String(pid));
});

test('the base image is made on the first run that waits for it, and both CLIs see it', () => {
  const { stderr, status } = command('run', ['--', 'true']);
  expect({ status, stderr: stderr.split('\n')[0] }).toEqual({ status: 0, stderr: 'Starting the local cloud' });
  expect(stderr).toMatch(/debian12: done in \d+ s/);
  for (const cli of BOTH_CLIS) {
    const image = inside(
      cli,
      'ssm',
      'get-parameter',
      '--name',
      DEBIAN,
      '--output',
      'text',
      '--query',
      'Parameter.Value',
    );
    const owner = ['ec2', 'describe-images', '--image-ids', image, '--output', 'text', '--query', 'Images[].OwnerId'];
    expect(inside(cli, ...owner)).toBe('136693071363');
    expect(inside(cli, 'ec2', 'describe-images', '--owners', 'self', '--query', 'Images')).toBe('[]');
    expect(inside(cli, 's3', 'ls')).toMatch(/ lava-local$/);
  }
});

test('the status and the death of a command are those of the run', () => {
  expect(command('run', ['--', 'sh', '-c', 'exit 7'])).toMatchObject({ status: 7, signal: null });
  expect(command('run', ['--', 'sh', '-c', 'kill -TERM $$'])).toMatchObject({ status: null, signal: 'SIGTERM' });
  expect(command('run', ['--', 'no-such-command']).status).toBe(127);
});

test('a signal reaches the command', async () => {
  const script = 'trap "echo caught; exit 3" TERM; echo ready; while :; do sleep 0.05; done';
  const child = spawn(join(import.meta.dirname, 'run'), ['--', 'bash', '-c', script], { env: ENVIRONMENT });
  let output = '';
  child.stdout.on('data', chunk => {
    output += chunk;
  });
  await expect.poll(() => output, { timeout: 10_000 }).toContain('ready');
  child.kill('SIGTERM');
  expect(await new Promise(resolve => child.on('close', resolve))).toBe(3);
  expect(output).toBe('ready\ncaught\n');
});

test('nothing of a real account is left in the environment, and every way leads here', () => {
  const variables = inside('env').split('\n');
  expect(variables.filter(line => line.startsWith('AWS_PROFILE'))).toEqual([]);
  const who = ['sts', 'get-caller-identity', '--output', 'text', '--query', 'Arn'];
  for (const cli of BOTH_CLIS) {
    expect(inside(cli, ...who)).toBe('arn:aws:iam::123456789012:user/operator');
    expect(inside('env', '-u', 'AWS_ENDPOINT_URL', cli, ...who)).toBe('arn:aws:iam::123456789012:user/operator');
  }
  expect(inside('sh', '-c', 'cat; printf "%s|" "$@"', 'sh', 'a  b', "it's", '*')).toBe("a  b|it's|*|");
});

test('packer builds an encrypted image and leaves nothing else', () => {
  const before = apiLog().length;
  const source = aws('Parameter.Value', 'ssm', 'get-parameter', '--name', DEBIAN);
  const template = join(import.meta.dirname, 'testdata/minimal.pkr.hcl');
  inside('packer', 'build', '-color=false', '-var', `source_ami=${source}`, '-var', 'ami_name=built', template);

  const refused = apiLog()
    .slice(before)
    .filter(({ status }) => status >= 400)
    .map(({ action, error }) => `${action} ${error}`);
  expect(refused).toEqual([]);

  const own = aws(
    'Images[].[Name,State,BlockDeviceMappings[0].Ebs.Encrypted]',
    'ec2',
    'describe-images',
    '--owners',
    'self',
  );
  expect(own).toBe('built\tavailable\tTrue');
  expect(aws('Snapshots[].Tags[].Value', 'ec2', 'describe-snapshots', '--owner-ids', 'self')).toBe('built');
  expect(aws('Volumes', 'ec2', 'describe-volumes')).toBe('');
  expect(aws('KeyPairs', 'ec2', 'describe-key-pairs')).toBe('');
  expect(aws('SecurityGroups[].GroupName', 'ec2', 'describe-security-groups')).toBe('default');
  expect(aws('Roles', 'iam', 'list-roles')).toBe('');
  expect(aws('InstanceProfiles', 'iam', 'list-instance-profiles')).toBe('');
  expect(aws('Reservations[].Instances[].State.Name', 'ec2', 'describe-instances')).toBe('terminated');
});

let instance: string;
/** A second later, so that ssh has said goodbye. */
const POWER_OFF = 'sudo systemd-run --quiet --on-active=1 --timer-property=AccuracySec=100ms systemctl poweroff';

/** Runs a command on an instance; gives its output. */
function onInstance(script: string, id = instance): string {
  const query = 'Reservations[].Instances[].PublicIpAddress';
  const address = aws(query, 'ec2', 'describe-instances', '--instance-ids', id);
  const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR'];
  return inside('ssh', '-i', 'key', ...options.flatMap(option => ['-o', option]), `admin@${address}`, script);
}

function instanceState(): string {
  return aws('Reservations[].Instances[].State.Name', 'ec2', 'describe-instances', '--instance-ids', instance);
}

/** Waits for an instance's status checks; the CLI's own `wait` looks only every 15 seconds. */
async function waitUntilUp(id = instance): Promise<void> {
  const query = 'InstanceStatuses[].InstanceStatus.Status';
  const status = () => aws(query, 'ec2', 'describe-instance-status', '--instance-ids', id);
  await expect.poll(status, { timeout: MINUTE, interval: 200 }).toBe('ok');
}

test('an instance of that image comes up and carries what was built', async () => {
  const image = aws('Images[].ImageId', 'ec2', 'describe-images', '--owners', 'self');
  const newKey = 'aws ec2 create-key-pair --key-name k --key-type ed25519 --output text --query KeyMaterial > key';
  inside('bash', '-c', `umask 077; ${newKey}`);
  const launch = ['ec2', 'run-instances', '--image-id', image, '--instance-type', 't3.micro', '--key-name', 'k'];
  instance = aws('Instances[].InstanceId', ...launch);
  await waitUntilUp();
  expect(onInstance('cat /etc/built')).toBe('built');
  expect(aws('Output', 'ec2', 'get-console-output', '--instance-id', instance)).toContain('login:');
});

test('the next run heals a killed daemon, and its instance starts again with its disk', async () => {
  onInstance('echo kept | sudo tee /etc/kept; sync');
  process.kill(notedDaemon(FOLDER)!.pid, 'SIGKILL');
  await setTimeout(200);
  expect(command('status', []).stdout).toContain('Not running: its process was killed. The next run heals it.');
  expect(instanceState()).toBe('stopped');
  inside('aws', 'ec2', 'start-instances', '--instance-ids', instance);
  await waitUntilUp();
  expect(onInstance('cat /etc/kept')).toBe('kept');
});

test('an instance that powers itself off is stopped', async () => {
  command('run', ['--', 'true']);
  expect(onInstance(POWER_OFF)).toBe('');
  await expect.poll(instanceState, { timeout: 60_000, interval: 500 }).toBe('stopped');
});

test('a group replaces an instance that powers itself off, and has its number again after a stop', async () => {
  const ImageId = aws('Images[].ImageId', 'ec2', 'describe-images', '--owners', 'self');
  const data = JSON.stringify({ ImageId, InstanceType: 't3.micro', KeyName: 'k' });
  inside('aws', 'ec2', 'create-launch-template', '--launch-template-name=worker', '--launch-template-data', data);
  const sizes = ['--min-size=0', '--max-size=1', '--desired-capacity=1'];
  const shape = [...sizes, '--availability-zones=us-east-1a', '--launch-template=LaunchTemplateName=worker'];
  const group = ['--auto-scaling-group-name=workers'];
  inside('aws', 'autoscaling', 'create-auto-scaling-group', ...group, ...shape);
  const inService = "AutoScalingInstances[?LifecycleState=='InService'].InstanceId";
  const members = () => aws(inService, 'autoscaling', 'describe-auto-scaling-instances');
  await expect.poll(members, { timeout: MINUTE }).toMatch(/^i-/);
  const first = members();
  await waitUntilUp(first);
  onInstance(POWER_OFF, first);
  await expect.poll(() => members().replace(first, ''), { timeout: MINUTE }).toMatch(/^i-/);
  const second = members();
  command('stop', []);
  inside('aws', 'ec2', 'wait', 'instance-running', '--instance-ids', second);
  expect(members()).toBe(second);
  inside('aws', 'autoscaling', 'delete-auto-scaling-group', ...group, '--force-delete');
  inside('aws', 'ec2', 'wait', 'instance-terminated', '--instance-ids', second);
});

test('trouble on order reaches the command', () => {
  command('fault', ['add', 'ec2:DescribeVpcs', '--error', 'UnauthorizedOperation', '--status', '403', '--times', '1']);
  const refused = command('run', ['--', 'aws', 'ec2', 'describe-vpcs']);
  expect(refused.stderr).toContain('(UnauthorizedOperation)');
  expect(command('fault', ['clear']).status).toBe(0);
  inside('aws', 'ec2', 'describe-vpcs');
});

test('stop leaves no process and no mount, and the state for the next run', () => {
  inside('aws', 'ec2', 'start-instances', '--instance-ids', instance);
  inside('aws', 'ec2', 'wait', 'instance-running', '--instance-ids', instance);
  expect(traces()).not.toEqual([]);
  expect(command('status', []).stdout).toMatch(new RegExp(`^Running since .*\n(.*\n)*Instance +${instance}  running`));
  expect(command('stop', [])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Stopped\./) });
  expect(traces()).toEqual([]);
  expect(command('stop', []).stdout).toBe('It was not running.\n');
  expect(command('status', []).stdout).toMatch(/^Not running\.\n/);
  expect(instanceState()).toBe('stopped');
  expect(aws('Images[].Name', 'ec2', 'describe-images', '--owners', 'self')).toBe('built');
});

test('stop also ends what a killed daemon left, and clean removes everything', () => {
  inside('aws', 'ec2', 'start-instances', '--instance-ids', instance);
  inside('aws', 'ec2', 'wait', 'instance-running', '--instance-ids', instance);
  process.kill(notedDaemon(FOLDER)!.pid, 'SIGKILL');
  expect(command('stop', [])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Stopped\./) });
  expect(traces()).toEqual([]);
  inside('true');
  expect(command('clean', [])).toMatchObject({ status: 0, stdout: `Removed ${FOLDER}\n` });
  expect(traces()).toEqual([]);
  expect(existsSync(FOLDER)).toBe(false);
  expect(command('clean', []).stdout).toBe('There is nothing to remove.\n');
});

test("clean leaves a folder alone that is not the cloud's", () => {
  const { status, stderr } = command('clean', [], { ...ENVIRONMENT, LAVA_CLOUD_DIR: PARENT });
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: `${PARENT} was not made by the local cloud, so it is left alone.\n`,
  });
  expect(existsSync(PARENT)).toBe(true);
});
