import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import { expect, it, vi } from 'vitest';
import type { Aws } from '../../scripts/lib/aws/clients.ts';
import { createSteps } from '../../scripts/lib/command/steps.ts';
import { buildImage } from '../../scripts/lib/packer/build-image.ts';
import { timeLimit } from '../../scripts/lib/packer/time-limit.ts';
import type { Plan } from '../../scripts/lib/plan/plan.ts';
import { type Answers, awsError, fakeClients } from '../fake-client.ts';
import { temporaryFolder } from '../temporary-folder.ts';

// Packer is a stand-in that goes on until it is told to stop, and then cleans up.

const STAND_IN = `#!/usr/bin/env bash
trap 'echo cleaned up; exit 1' INT
while :; do sleep 0.1; done
`;

/** Nothing is left but what these answers say. */
const NOTHING: Answers = {
  CreateKeyPair: { KeyMaterial: 'secret' },
  DeleteKeyPair: {},
  DescribeInstances: {},
  DescribeVolumes: {},
  DescribeKeyPairs: {},
  DescribeImages: {},
  DescribeSnapshots: {},
};

/** A build that takes longer than it may; how it failed. */
async function late(answers: Answers): Promise<Error> {
  const folder = temporaryFolder('late-');
  writeFileSync(join(folder, 'packer'), STAND_IN, { mode: 0o755 });
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
  const buildId = '2026-12-01T00-43-44Z-aee2';
  const plan = { buildId, imageName: 'lava', buildTags: { BuildId: buildId }, variables: { region: 'us-east-1' } };
  const progress = { isLive: false, working: () => {}, line: () => {}, end: () => {} };
  const { signal, over } = timeLimit(new AbortController().signal, 0.02);
  const building = buildImage({
    aws: fakeClients({ ec2: EC2Client, iam: IAMClient }, { ...NOTHING, ...answers }) as unknown as Aws,
    plan: plan as unknown as Plan,
    record: { folder, startedAt: new Date() },
    tarball: 'packer.tar.gz',
    onError: 'keep',
    verbose: false,
    signal,
    progress,
    steps: createSteps(progress),
  });
  return building
    .then(
      () => expect.unreachable(),
      error => error,
    )
    .finally(over);
}

it('a build that takes too long is interrupted and cleaned up, whatever on_error says', async () => {
  const { message } = await late({});
  expect(message).toMatch(/longer than build_timeout=0.02 minutes/);
  expect(message).toMatch(/Nothing of the build is left in AWS\.$/);
});

it('what could not be removed is named with the reason, and keeps nothing else from being removed', async () => {
  const volume = { Volumes: [{ VolumeId: 'vol-1' }] };
  const { message } = await late({
    DeleteKeyPair: awsError('UnauthorizedOperation', 'not you'),
    DescribeVolumes: volume,
    DeleteVolume: awsError('VolumeInUse', 'i-1 has it'),
  });
  expect(message).toMatch(/key pair lava-ami-2026\S+: .*not you\n {4}volume vol-1: .*i-1 has it$/);
});

it('where it can not be found out what is left, the reason and where to look are said', async () => {
  const { message } = await late({ DescribeVolumes: awsError('UnauthorizedOperation', 'not you') });
  expect(message).toMatch(/could not be found out: .*not you\nLook for the tag BuildId=2026\S+$/);
});
