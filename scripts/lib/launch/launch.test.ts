import { EC2Client } from '@aws-sdk/client-ec2';
import { expect, it, vi } from 'vitest';
import { type Answers, awsError, fakeClient } from '../../../test/fake-client.ts';

const files = vi.hoisted(() => ({ root: '' }));
vi.mock('../command/root.ts', () => ({
  get ROOT() {
    return files.root;
  },
}));

import { temporaryFolder } from '../../../test/temporary-folder.ts';
import type { Aws } from '../aws/clients.ts';
import { launch } from './launch.ts';

const INSTANCE = 'i-0123456789abcdef0';
const REMOVAL = `aws ec2 terminate-instances --region us-east-1 --instance-ids ${INSTANCE}`;
const UP: Answers = {
  DescribeImages: { Images: [{ ImageId: 'ami-1', Name: 'image', Architecture: 'x86_64' }] },
  CreateKeyPair: { KeyMaterial: 'secret' },
  DeleteKeyPair: {},
  RunInstances: { Instances: [{ InstanceId: INSTANCE }] },
  DescribeInstanceStatus: {
    InstanceStatuses: [{ InstanceState: { Name: 'running' }, InstanceStatus: { Status: 'ok' } }],
  },
  DescribeInstances: { Reservations: [{ Instances: [{ PublicIpAddress: '192.0.2.1' }] }] },
  GetConsoleOutput: { Output: Buffer.from('login:').toString('base64') },
};

function launchWith(answers: Answers, signal = new AbortController().signal) {
  files.root = temporaryFolder();
  const aws = { ec2: fakeClient(EC2Client, { ...UP, ...answers }) } as unknown as Aws;
  const said: string[] = [];
  const progress = { isLive: false, working: () => {}, line: (text: string) => void said.push(text), end: () => {} };
  const amiBuild = { defaults: {}, os: {}, arch: {} };
  const values = { instance_type: 't2.micro', ip: undefined, sg: [], subnet: undefined } as never;
  const launched = launch({ aws, amiBuild, imageId: 'ami-1', values, userData: undefined, signal, progress });
  return { launched, said };
}

it.each(['UnsupportedOperation', 'InvalidParameterCombination', 'UnauthorizedOperation', 'RequestLimitExceeded'])(
  'a console that EC2 does not show (%s) is no failure',
  async name => {
    const { launched } = launchWith({ GetConsoleOutput: awsError(name, 'no console') });
    expect(await launched).toMatchObject({ instanceId: INSTANCE, console: expect.stringContaining('no console') });
  },
);

it('a type that is not built on Nitro gives what its console showed some minutes ago', async () => {
  const older = { Output: Buffer.from('older').toString('base64') };
  const { launched } = launchWith({
    GetConsoleOutput: ({ Latest }) => (Latest ? awsError('UnsupportedOperation') : older),
  });
  expect(await launched).toMatchObject({ console: 'older' });
});

it.each([
  ['its status', { DescribeInstanceStatus: awsError('UnauthorizedOperation', 'not you') }],
  ['its address', { DescribeInstances: awsError('RequestLimitExceeded', 'not now') }],
])('whatever fails once there is an instance (%s) names it, and how to remove it', async (_, answers: Answers) => {
  const { launched } = launchWith({ ...answers, GetConsoleOutput: awsError('UnauthorizedOperation', 'nor that') });
  await expect(launched).rejects.toThrow(new RegExp(`${INSTANCE} did not come up: .*not [\\s\\S]*${REMOVAL}$`));
});

it('an interruption names it as well; a key pair that could not be removed is named with the reason', async () => {
  const interruption = new AbortController();
  const { launched, said } = launchWith(
    {
      DescribeInstanceStatus: () => {
        interruption.abort(Object.assign(new Error('Interrupted by SIGINT.'), { exitStatus: 130 }));
        return { InstanceStatuses: [] };
      },
      DeleteKeyPair: awsError('UnauthorizedOperation', 'not you'),
    },
    interruption.signal,
  );
  await expect(launched).rejects.toMatchObject({ message: expect.stringContaining(REMOVAL), exitStatus: 130 });
  expect(said.join('\n')).toMatch(/key pair lava-launch-.*: .*not you/);
});
