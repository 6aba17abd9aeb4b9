import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EC2Client } from '@aws-sdk/client-ec2';
import { expect, it } from 'vitest';
import { type Answers, awsError, fakeClient } from '../../../test/fake-client.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { createKeyPair } from './key-pair.ts';

const made = { CreateKeyPair: { KeyMaterial: 'secret' } };
const ec2With = (answers: Answers) => fakeClient(EC2Client, answers);
const actions = (ec2: ReturnType<typeof ec2With>) => ec2.calls.map(({ action }) => action);

it('keeps the private key where only its owner can read it', async () => {
  const file = join(temporaryFolder(), 'key');
  expect(await createKeyPair(ec2With(made), 'one', file, {})).toEqual({ name: 'one', privateKeyFile: file });
  expect(readFileSync(file, 'utf8')).toBe('secret');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it('a pair whose file can not be written is removed from EC2', async () => {
  const ec2 = ec2With({ ...made, DeleteKeyPair: {} });
  await expect(createKeyPair(ec2, 'one', join(temporaryFolder(), 'nowhere/key'), {})).rejects.toThrow(/ENOENT[^\n]*$/);
  expect(ec2.calls.at(-1)).toEqual({ action: 'DeleteKeyPair', input: { KeyName: 'one' } });
});

it('one that can not be removed either is named, with the reason', async () => {
  const ec2 = ec2With({ ...made, DeleteKeyPair: awsError('UnauthorizedOperation', 'not you') });
  const failing = createKeyPair(ec2, 'one', join(temporaryFolder(), 'nowhere/key'), {});
  await expect(failing).rejects.toThrow(/ENOENT.*\nThe key pair one may be left in AWS: .*not you/);
});

it('where none may be made, there is none to remove', async () => {
  const ec2 = ec2With({ CreateKeyPair: awsError('UnauthorizedOperation') });
  const file = join(temporaryFolder(), 'key');
  await expect(createKeyPair(ec2, 'one', file, {})).rejects.toThrow('UnauthorizedOperation');
  expect(actions(ec2)).toEqual(['CreateKeyPair']);
  expect(existsSync(file)).toBe(false);
});
