import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EC2Client, type Instance } from '@aws-sdk/client-ec2';
import { expect, it } from 'vitest';
import { awsError, fakeClient } from '../../../test/fake-client.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { addressOfKept, findResumable, type Resumable } from './resumable.ts';

const PARAMETERS = { region: { value: 'us-east-1', source: 'command line' } };
const NAMES = ['failed', 'kept', 'done', 'poor'];
/** The rest of a plan. */
const REST = {
  startedAt: '2026-01-01T00:00:00.000Z',
  description: 'd',
  loginUser: 'admin',
  tags: {},
  buildTags: {},
  place: { folder: 'f', bucket: 'b', prefix: 'p', encryption: {} },
  resources: [],
  environment: {},
};

/** Records of a build that failed, one that failed and kept its instance, one that succeeded, and one with little of a plan. */
function dist(): string {
  const folder = temporaryFolder('dist-');
  for (const buildId of NAMES) {
    const build = join(folder, 'ami', buildId);
    mkdirSync(build, { recursive: true });
    const write = (file: string, content: object) => writeFileSync(join(build, file), JSON.stringify(content));
    write('plan.json', {
      buildId,
      imageName: `lava-${buildId}`,
      parameters: PARAMETERS,
      variables: { public_ip: true },
      ...(buildId !== 'poor' && REST),
    });
    write('build.json', buildId === 'done' ? { ok: true, imageId: 'ami-1', steps: [] } : { ok: false, steps: [] });
    if (buildId === 'kept' || buildId === 'poor')
      write('kept.json', { log: 'l', instanceId: 'i-1', keyPair: { name: 'k', privateKeyFile: 'f' } });
  }
  return folder;
}

/** A stand-in for EC2 that has this one instance, or none. */
function ec2With(instance?: Instance): EC2Client {
  return fakeClient(EC2Client, {
    DescribeInstances: instance
      ? { Reservations: [{ Instances: [instance] }] }
      : awsError('InvalidInstanceID.NotFound'),
  });
}

it('finds the build that kept its instance', () => {
  expect(findResumable(dist(), 'kept').kept.instanceId).toBe('i-1');
});

it.each([
  ['never', 'build "never" (command line): is no build of this checkout\n    Builds that kept one: kept, poor.'],
  ['failed', 'build "failed" (command line): kept no instance that could be gone on with'],
  ['poor', 'lacks what this release needs\n    Remove in AWS what has the tag BuildId=poor: instance i-1'],
  ['done', 'build "done" (command line): has succeeded: its image is ami-1'],
])('refuses the build %s', (name, message) => {
  expect(() => findResumable(dist(), name)).toThrow(message);
});

const Tags = [{ Key: 'BuildId', Value: 'kept' }];
const running: Instance = {
  Tags,
  State: { Name: 'running' },
  PublicIpAddress: '1.2.3.4',
  PrivateIpAddress: '10.0.0.1',
};
const stopped: Instance = { ...running, State: { Name: 'stopped' } };

it('gives the address of the instance as the plan wants it reached', async () => {
  const build = findResumable(dist(), 'kept');
  expect(await addressOfKept(ec2With(running), build)).toBe('1.2.3.4');
  build.plan.variables.public_ip = false;
  expect(await addressOfKept(ec2With(running), build)).toBe('10.0.0.1');
});

it('takes a stopped instance only when it is sealed', async () => {
  const build = findResumable(dist(), 'kept');
  await expect(addressOfKept(ec2With(stopped), build)).rejects.toThrow(
    'its instance i-1 is stopped\n    Start it: aws ec2 start-instances --region us-east-1 --instance-ids i-1',
  );
  const sealed: Resumable = { ...build, kept: { ...build.kept, sealed: true } };
  expect(await addressOfKept(ec2With(stopped), sealed)).toBe('1.2.3.4');
});

it.each([
  ['another build', [{ Key: 'BuildId', Value: 'other' }], 'its tag BuildId is other'],
  ['no build', [], 'its tag BuildId is missing'],
])('refuses an instance of %s', async (_, others, message) => {
  const build = findResumable(dist(), 'kept');
  await expect(addressOfKept(ec2With({ ...running, Tags: others }), build)).rejects.toThrow(
    `its instance i-1 is not of this build: ${message}`,
  );
});

it.each([
  ['is not known any more', undefined],
  ['is terminated', { ...running, State: { Name: 'terminated' } } as Instance],
])('refuses an instance that %s', async (_, instance) => {
  const build = findResumable(dist(), 'kept');
  await expect(addressOfKept(ec2With(instance), build)).rejects.toThrow(
    'its instance i-1 is terminated in us-east-1\n    What else is left of the build is removed by: make resume build=kept give_up=yes',
  );
});
