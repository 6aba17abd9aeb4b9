import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CopyImageCommand, DescribeImagesCommand, DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  GetRoleCommand,
} from '@aws-sdk/client-iam';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import type { Aws } from '../../scripts/lib/aws/clients.ts';
import { tagList } from '../../scripts/lib/aws/tags.ts';
import type { Progress } from '../../scripts/lib/command/progress.ts';
import { createSteps } from '../../scripts/lib/command/steps.ts';
import { buildImage } from '../../scripts/lib/packer/build-image.ts';
import type { Plan } from '../../scripts/lib/plan/plan.ts';
import { launchOne } from '../cloud/ec2/launch-fake.ts';
import { BASE_IMAGE_ID, type FakeCloud, fakeCloud } from '../cloud/fake-cloud.ts';

// A build whose configurator prints every line by which packer could tell something, and fails. Packer is a stand-in
// that prints a recorded build, in the form of the oldest and of the newest packer.

const ROLE = 'packer-6b0e1842-47ab-5e02-3597-7e85bef8095f';
const OTHER_ROLE = 'packer-11111111-2222-3333-4444-555555555555';
const BUILD_ID = '2026-12-01T00-43-44Z-aee2';
const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const PLAN: Partial<Plan> = {
  buildId: BUILD_ID,
  imageName: 'lava-8.1.0',
  startedAt: new Date().toISOString(),
  buildTags: { Name: 'building lava-8.1.0', BuildId: BUILD_ID },
  tags: { Name: 'lava-8.1.0', BuildId: BUILD_ID },
  loginUser: 'admin',
  variables: { public_ip: false },
};
const OTHERS = { Name: 'lava-other', BuildId: '2020-01-01T00-00-00Z-0000' };

const STAND_IN = `#!/usr/bin/env bash
for argument; do
    case $argument in -var-file=*) variables=\${argument#*=} ;; esac
done
mark=$(sed -n 's/.*"mark": "\\([0-9a-f]*\\)".*/\\1/p' "$variables")
sed "s/MARK/$mark/" "$RECORDED_OUTPUT"
exit 1
`;

interface World extends FakeCloud {
  instanceId: string;
  otherImage: string;
}

/** An account in which packer has just launched the instance, and in which there are others' role and image. */
async function world(): Promise<World> {
  const cloud = await fakeCloud();
  for (const name of [ROLE, OTHER_ROLE]) {
    await cloud.iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: TRUST }));
    await cloud.iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: name }));
    await cloud.iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: name, RoleName: name }));
  }
  const instanceId = await launchOne(cloud, {
    IamInstanceProfile: { Name: ROLE },
    TagSpecifications: [{ ResourceType: 'instance', Tags: tagList(PLAN.buildTags ?? {}) }],
  });
  const TagSpecifications = [{ ResourceType: 'image' as const, Tags: tagList(OTHERS) }];
  const { ImageId: otherImage = '' } = await cloud.ec2.send(
    new CopyImageCommand({ SourceImageId: BASE_IMAGE_ID, SourceRegion: 'us-east-1', Name: 'other', TagSpecifications }),
  );
  await cloud.behind.idle();
  return { ...cloud, instanceId, otherImage };
}

/** What packer prints; `own` and `printed` stand before its own lines and before what comes from the instance. */
function recorded({ instanceId, otherImage }: World, own: string, printed: string): string {
  const hostile = [
    `Creating temporary role for this instance: ${OTHER_ROLE}`,
    'Launching a source AWS instance...',
    'Instance ID: i-0fffffffffffffff0',
    'Using ssh communicator to connect: 10.6.6.6',
    '==== seal.d/95-check (1 of 1) 2026-12-01T00:00:00Z',
    '==== seal.d/95-check done in 0.0 s',
    `AMI: ${otherImage}`,
    `==> amazon-ebs.lava: Creating temporary role for this instance: ${OTHER_ROLE}`,
    `\u2028==> amazon-ebs.lava: Creating temporary role for this instance: ${OTHER_ROLE}`,
    '\u001b[2J\u001b]0;forged\u0007',
  ];
  const lines = [
    `==> amazon-ebs.lava: Creating temporary role for this instance: ${ROLE}`,
    '==> amazon-ebs.lava: Launching a source AWS instance...',
    `${own}amazon-ebs.lava: Instance ID: ${instanceId}`,
    '==> amazon-ebs.lava: Using ssh communicator to connect: 10.77.0.4',
    '==> amazon-ebs.lava: Provisioning with shell script: /tmp/packer-shell1',
    ...hostile.map(text => `${printed}amazon-ebs.lava: ${text}`),
    `${printed}amazon-ebs.lava: ==== MARK conf.d/42-printing (1 of 1) 2026-12-01T00:00:00Z`,
    ...hostile.map(text => `${printed}amazon-ebs.lava: ${text}`),
    `${printed}amazon-ebs.lava: ==== MARK conf.d/42-printing failed with status 7 after 0.1 s`,
    ...hostile.map(text => `${printed}amazon-ebs.lava: ${text}`),
    '==> Some builds did not complete successfully and had errors:',
    '--> amazon-ebs.lava: Script exited with non-zero exit status: 1.',
  ];
  return `${lines.map(line => `2026-12-01T00:00:00Z: ${line}`).join('\n')}\n`;
}

afterEach(() => vi.unstubAllEnvs());

/** Runs the build; gives how it failed, all that was shown, and the folder of its record. */
async function fail(cloud: World, onError: 'clean' | 'keep', output: string) {
  const folder = mkdtempSync(join(tmpdir(), 'printed-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'packer'), STAND_IN, { mode: 0o755 });
  writeFileSync(join(folder, 'output'), output);
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
  vi.stubEnv('RECORDED_OUTPUT', join(folder, 'output'));
  const shown: string[] = [];
  const show = (text: string) => void shown.push(text);
  const progress: Progress = { isLive: true, working: show, line: show, end: () => {} };
  const failure: Error = await buildImage({
    aws: cloud as unknown as Aws,
    plan: PLAN as Plan,
    record: { folder, startedAt: new Date() },
    tarball: 'packer.tar.gz',
    onError,
    verbose: true,
    signal: new AbortController().signal,
    progress,
    steps: createSteps(progress),
  }).then(
    () => expect.unreachable(),
    error => error,
  );
  return { failure, shown: [...shown, ...failure.message.split('\n')], folder };
}

async function assertOthersAreAsTheyWere({ iam, ec2, otherImage }: World) {
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: OTHER_ROLE }));
  expect(Role?.Tags ?? []).toEqual([]);
  const { Images } = await ec2.send(new DescribeImagesCommand({ ImageIds: [otherImage] }));
  expect(Images?.[0]?.Tags).toEqual(tagList(OTHERS));
}

const FORMS = [
  ['1.6.6, to stdout', '    ', '    '],
  ['1.6.6, to stderr', '    ', '==> '],
  ['1.16', '==> ', '==> '],
] as const;

it.each(FORMS)('packer %s: only the build is removed', { timeout: 30_000 }, async (_form, own, printed) => {
  const cloud = await world();
  const { failure, shown } = await fail(cloud, 'clean', recorded(cloud, own, printed));
  expect(failure.message).toMatch(/^conf\.d\/42-printing failed with status 7 after 0\.1 s\. Its last lines:\n/);
  expect(failure.message).toContain('Nothing of the build is left in AWS.');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  expect(shown.filter(text => /[\u0000-\u001f\u007f-\u009f]/.test(text))).toEqual([]);
  await expect(cloud.iam.send(new GetRoleCommand({ RoleName: ROLE }))).rejects.toThrow();
  const { Reservations } = await cloud.ec2.send(new DescribeInstancesCommand({ InstanceIds: [cloud.instanceId] }));
  expect(Reservations?.[0]?.Instances?.[0]?.State?.Name).toBe('terminated');
  await assertOthersAreAsTheyWere(cloud);
});

it.each(FORMS)("packer %s: the build's own instance is kept", { timeout: 30_000 }, async (_form, own, printed) => {
  const cloud = await world();
  const { folder } = await fail(cloud, 'keep', recorded(cloud, own, printed));
  const { Reservations } = await cloud.ec2.send(new DescribeInstancesCommand({ InstanceIds: [cloud.instanceId] }));
  const kept = JSON.parse(readFileSync(join(folder, 'kept.json'), 'utf8'));
  expect(kept).toEqual({
    log: join(folder, 'packer.log'),
    instanceId: cloud.instanceId,
    address: Reservations?.[0]?.Instances?.[0]?.PrivateIpAddress,
    roleName: ROLE,
    keyPair: { name: `lava-ami-${BUILD_ID}`, privateKeyFile: join(folder, 'ssh-key') },
  });
  await assertOthersAreAsTheyWere(cloud);
});
