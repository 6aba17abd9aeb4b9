import { expect, it } from 'vitest';
import { readAmiBuild } from '../parameters/ami-build.ts';
import { resolve } from '../parameters/resolve.ts';
import { BUILD_PARAMETERS } from '../parameters/targets.ts';
import { makePlan } from './plan.ts';

const STARTED = new Date('2025-07-02T08:43:48.123Z');

function planFor(parameters: Record<string, string>) {
  const amiBuild = readAmiBuild();
  const given = new Map(
    Object.entries({
      ip: 'public',
      python_version: '3.11.12',
      region: 'us-gov-west-1',
      s3bucket: 'bucket',
      s3prefix: 'lava/ami',
      sg: 'sg-00000001, sg-00000002',
      subnet: 'subnet-00000001',
      tz: 'UTC',
      ...parameters,
    }),
  );
  const { settings, problems } = resolve(given, { amiBuild, lavaVersion: '8.1.0' }, BUILD_PARAMETERS);
  expect(problems).toEqual([]);
  const baseImage = { id: 'ami-00000001', name: 'base', createdAt: '', source: 'command line' };
  const facts = { accountId: '123456789012', partition: 'aws-us-gov', baseImage };
  return makePlan({ settings, amiBuild, facts, resources: [], startedAt: STARTED, random: 'abcd', repo: 'lava-ami' });
}

it("names images as the guide's example", () => {
  expect(planFor({ os: 'amzn2023', arch: 'arm64' }).imageName).toBe(
    'lava-8.1.0-amzn2023-py3.11-arm64-2025-07-02T08-43-48Z',
  );
});

it('tags images, and marks what exists only while the build runs', () => {
  const plan = planFor({ arch: 'arm64' });
  expect(plan.tags).toEqual({
    Name: 'lava-8.1.0-amzn2023-py3.11-arm64-2025-07-02T08-43-48Z',
    OS: 'amzn2023',
    Arch: 'arm64',
    Repo: 'lava-ami',
    SourceAmi: 'ami-00000001',
    LavaVersion: '8.1.0',
    PythonVersion: '3.11.12',
    PYTHON_VERSION: '3.11.12',
    BuildId: '2025-07-02T08-43-48Z-abcd',
  });
  expect(plan.buildTags.BuildId).toBe(plan.tags.BuildId);
});

it('gives packer what the template declares', () => {
  expect(planFor({ ip: 'private', os: 'debian12' }).variables).toMatchObject({
    public_ip: false,
    partition: 'aws-us-gov',
    security_group_ids: ['sg-00000001', 'sg-00000002'],
    login_user: 'admin',
    s3prefix: 'lava/ami/',
  });
});
