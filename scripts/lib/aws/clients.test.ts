import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { ec2Client, imagesAndStacksClients, useProfile } from './clients.ts';

const folder = mkdtempSync(join(tmpdir(), 'profile-'));

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

it('a profile that is named counts for more than keys in the environment, its endpoint included', async () => {
  const config = join(folder, 'config');
  const lines = ['region = eu-west-1', 'aws_access_key_id = theirs', 'aws_secret_access_key = x'];
  writeFileSync(config, ['[profile prod]', ...lines, 'endpoint_url = http://127.0.0.1:9', ''].join('\n'));
  for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_ENDPOINT_URL']) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_CONFIG_FILE', config);
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/dev/null');
  vi.stubEnv('AWS_PROFILE', undefined);
  vi.stubEnv('AWS_SESSION_TOKEN', undefined);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'mine');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'x');
  useProfile('prod');
  const { ec2 } = await imagesAndStacksClients(undefined);
  expect(await ec2.config.region()).toBe('eu-west-1');
  expect(await ec2.config.credentials()).toMatchObject({ accessKeyId: 'theirs' });
  let asked = '';
  ec2.middlewareStack.add(
    () => async args => {
      asked = (args.request as { hostname: string }).hostname;
      throw new Error('not sent');
    },
    { step: 'finalizeRequest', priority: 'low' },
  );
  const { DescribeRegionsCommand } = await import('@aws-sdk/client-ec2');
  await expect(ec2.send(new DescribeRegionsCommand({}))).rejects.toThrow('not sent');
  expect(asked).toBe('127.0.0.1');
});

it('without a profile the environment stays as it is; a region that is said counts', async () => {
  vi.stubEnv('AWS_PROFILE', 'as it was');
  useProfile(undefined);
  expect(process.env.AWS_PROFILE).toBe('as it was');
  expect(await (await ec2Client('us-west-2')).config.region()).toBe('us-west-2');
});
