import { rmSync, writeFileSync } from 'node:fs';
import { CreateKeyPairCommand, DeleteKeyPairCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { tagList } from './tags.ts';

/** A key pair in EC2 whose private key is in a file that only its owner can read. */
export interface KeyPair {
  name: string;
  privateKeyFile: string;
}

/** Makes an ed25519 key pair and keeps the private key in a file (mode 0600). */
export async function createKeyPair(
  ec2: EC2Client,
  name: string,
  privateKeyFile: string,
  tags: Record<string, string>,
): Promise<KeyPair> {
  const { KeyMaterial = '' } = await ec2.send(
    new CreateKeyPairCommand({
      KeyName: name,
      KeyType: 'ed25519',
      TagSpecifications: [{ ResourceType: 'key-pair', Tags: tagList(tags) }],
    }),
  );
  writeFileSync(privateKeyFile, KeyMaterial, { mode: 0o600 });
  return { name, privateKeyFile };
}

/** Removes the key pair from EC2 and its file from here. */
export async function deleteKeyPair(ec2: EC2Client, { name, privateKeyFile }: KeyPair): Promise<void> {
  await ec2.send(new DeleteKeyPairCommand({ KeyName: name }));
  rmSync(privateKeyFile, { force: true });
}
