import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, test } from 'vitest';
import { fakeCloud } from './fake-cloud.ts';
import { newState } from './state.ts';
import { createSts } from './sts.ts';

test('the operator is a user of the account', async () => {
  const { sts } = await fakeCloud();
  expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
    Account: '123456789012',
    Arn: 'arn:aws:iam::123456789012:user/operator',
  });
});

test('an instance is its role, for as long as its credentials are known', async () => {
  const { sts, state } = await fakeCloud();
  const session = { accessKeyId: 'ASIA', secretAccessKey: 'secret', sessionToken: 'token' };
  const expiration = '2036-01-01T00:00:00Z';
  state.sessions.ASIA = { ...session, expiration, role: 'role', instanceId: 'i-1' };
  const client = new STSClient({ endpoint: sts.config.endpoint!, region: 'us-east-1', credentials: session });
  const ask = () => client.send(new GetCallerIdentityCommand({}));
  expect(await ask()).toMatchObject({ Arn: 'arn:aws:sts::123456789012:assumed-role/role/i-1' });
  delete state.sessions.ASIA;
  await expect(ask()).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  client.destroy();
});

test('a role whose name is gone still has an identity', async () => {
  const caller = { kind: 'role' as const, role: 'gone', instanceId: 'i-1' };
  const call = { service: 'sts', action: 'GetCallerIdentity', parameters: {}, region: 'us-east-1', caller };
  expect(await createSts({ state: newState() }).GetCallerIdentity!({}, call)).toMatchObject({ UserId: ':i-1' });
});
