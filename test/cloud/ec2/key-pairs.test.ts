import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateKeyPairCommand,
  DeleteKeyPairCommand,
  DescribeKeyPairsCommand,
  ImportKeyPairCommand,
} from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../temporary-folder.ts';
import { fakeCloud } from '../fake-cloud.ts';

/** The public half of a private key, as ssh-keygen sees it. */
function publicHalf(privateKey: string): string {
  const file = join(temporaryFolder('key-pair-test-'), 'key');
  writeFileSync(file, privateKey, { mode: 0o600 });
  return execFileSync('ssh-keygen', ['-y', '-f', file], { encoding: 'utf8' }).trim();
}

test.each([
  ['rsa', /^-----BEGIN RSA PRIVATE KEY-----/, /^([0-9a-f]{2}:){19}[0-9a-f]{2}$/],
  ['ed25519', /^-----BEGIN OPENSSH PRIVATE KEY-----/, /^[A-Za-z0-9+/]{43}=$/],
] as const)(
  'a new %s key fits its public half, and the private one is not kept',
  async (KeyType, begins, fingerprint) => {
    const cloud = await fakeCloud();
    const made = await cloud.ec2.send(
      new CreateKeyPairCommand({
        KeyName: 'new',
        KeyType,
        TagSpecifications: [{ ResourceType: 'key-pair', Tags: [{ Key: 'for', Value: 'test' }] }],
      }),
    );
    expect(made.KeyMaterial).toMatch(begins);
    expect(made.KeyFingerprint).toMatch(fingerprint);
    const [kept] = Object.values(cloud.state.keyPairs);
    expect(kept!.publicKey).toBe(publicHalf(made.KeyMaterial!));
    expect(JSON.stringify(cloud.state)).not.toContain('PRIVATE KEY');
    const { KeyPairs } = await cloud.ec2.send(
      new DescribeKeyPairsCommand({ Filters: [{ Name: 'tag:for', Values: ['test'] }], IncludePublicKey: true }),
    );
    expect(KeyPairs).toMatchObject([
      { KeyName: 'new', KeyType, KeyPairId: made.KeyPairId, PublicKey: kept!.publicKey },
    ]);
  },
);

test.each(['rsa', 'ed25519'])('an %s key is imported with the fingerprint that ssh-keygen gives it', async type => {
  const cloud = await fakeCloud();
  const file = join(temporaryFolder('key-pair-test-'), 'key');
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', 'a comment', '-f', file]);
  const PublicKeyMaterial = readFileSync(`${file}.pub`);
  const imported = await cloud.ec2.send(new ImportKeyPairCommand({ KeyName: 'imported', PublicKeyMaterial }));
  if (type === 'ed25519') {
    const [, digest] = execFileSync('ssh-keygen', ['-l', '-f', file], { encoding: 'utf8' }).split(/ SHA256:| /);
    expect(imported.KeyFingerprint).toBe(`${digest}=`);
  } else {
    const openssl = `ssh-keygen -e -m PKCS8 -f ${file} | openssl pkey -pubin -outform DER | openssl md5 -c`;
    expect(execFileSync('sh', ['-c', openssl], { encoding: 'utf8' })).toContain(imported.KeyFingerprint);
  }
});

test('a name is there once; deleting what is not there does no harm', async () => {
  const cloud = await fakeCloud();
  const create = () => cloud.ec2.send(new CreateKeyPairCommand({ KeyName: 'one', KeyType: 'ed25519' }));
  await create();
  await expect(create()).rejects.toMatchObject({
    name: 'InvalidKeyPair.Duplicate',
    message: "The keypair 'one' already exists.",
  });
  await cloud.ec2.send(new DeleteKeyPairCommand({ KeyName: 'one' }));
  await cloud.ec2.send(new DeleteKeyPairCommand({ KeyName: 'one' }));
  await expect(cloud.ec2.send(new DescribeKeyPairsCommand({ KeyNames: ['one'] }))).rejects.toMatchObject({
    name: 'InvalidKeyPair.NotFound',
    message: "The key pair 'one' does not exist",
  });
});

test('two at once with one name: one of them gets it', async () => {
  const cloud = await fakeCloud();
  const create = () => cloud.ec2.send(new CreateKeyPairCommand({ KeyName: 'one', KeyType: 'ed25519' }));
  const outcomes = await Promise.allSettled([create(), create()]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

test.each(['not a key', 'ssh-rsa AAAA', 'ecdsa-sha2-nistp256 AAAA', ''])('%j is not imported', async text => {
  const cloud = await fakeCloud();
  const PublicKeyMaterial = Buffer.from(text);
  await expect(cloud.ec2.send(new ImportKeyPairCommand({ KeyName: 'bad', PublicKeyMaterial }))).rejects.toMatchObject({
    name: text === '' ? 'MissingParameter' : 'InvalidKey.Format',
  });
});
