import { rmSync, writeFileSync } from 'node:fs';
import { CreateKeyPairCommand, DeleteKeyPairCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { regardlessOfStop } from './calls.ts';
import { isDenied, reasonOf } from './errors.ts';
import { tagList } from './tags.ts';

/** A key pair in EC2 whose private key is in a file that only its owner can read. */
export interface KeyPair {
  name: string;
  privateKeyFile: string;
}

/**
 * Makes an ed25519 key pair and keeps the private key in a file (mode 0600). When that fails no pair is left in EC2, or
 * the error names it.
 */
export async function createKeyPair(
  ec2: EC2Client,
  name: string,
  privateKeyFile: string,
  tags: Record<string, string>,
): Promise<KeyPair> {
  const keyPair = { name, privateKeyFile };
  try {
    const { KeyMaterial = '' } = await ec2.send(
      new CreateKeyPairCommand({
        KeyName: name,
        KeyType: 'ed25519',
        TagSpecifications: [{ ResourceType: 'key-pair', Tags: tagList(tags) }],
      }),
    );
    writeFileSync(privateKeyFile, KeyMaterial, { mode: 0o600 });
  } catch (error) {
    if (!isDenied(error)) await removeHalf(ec2, keyPair, error as Error);
    throw error;
  }
  return keyPair;
}

/** Removes what is of no use; where that can't be done, the error that made it so says that it may be left. */
async function removeHalf(ec2: EC2Client, keyPair: KeyPair, because: Error): Promise<void> {
  try {
    await regardlessOfStop(() => deleteKeyPair(ec2, keyPair));
  } catch (error) {
    because.message += `\nThe key pair ${keyPair.name} may be left in AWS: ${reasonOf(error)}`;
  }
}

/** Removes the key pair from EC2 and its file from here. */
export async function deleteKeyPair(ec2: EC2Client, { name, privateKeyFile }: KeyPair): Promise<void> {
  rmSync(privateKeyFile, { force: true });
  await ec2.send(new DeleteKeyPairCommand({ KeyName: name }));
}
