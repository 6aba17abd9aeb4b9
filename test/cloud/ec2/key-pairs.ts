import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../instances/run.ts';
import { Fault, type Parameters, type Service } from '../service.ts';
import type { KeyPair, State } from '../state.ts';
import type { Ec2Context } from './context.ts';
import { type FilterTable, filtered } from './filters.ts';
import { find, KEY_PAIR, newId, select } from './identifiers.ts';
import { choice, flag, list, optional, required } from './parameters.ts';
import { readTagSpecifications, tagSet } from './tags.ts';

/** CreateKeyPair, ImportKeyPair, DescribeKeyPairs and DeleteKeyPair. Private keys are given away and not kept. */
export function keyPairActions({ state, now }: Ec2Context): Service {
  const keep = (parameters: Parameters, made: Pick<KeyPair, 'keyType' | 'publicKey' | 'fingerprint'>): KeyPair => {
    const keyName = newKeyName(state, parameters);
    const { 'key-pair': tags = {} } = readTagSpecifications(parameters, ['key-pair']);
    const keyPairId = newId(KEY_PAIR.prefix);
    const keyPair: KeyPair = { keyPairId, keyName, ...made, createTime: now().toISOString(), tags };
    state.keyPairs[keyPairId] = keyPair;
    return keyPair;
  };
  return {
    CreateKeyPair: async parameters => {
      newKeyName(state, parameters);
      const keyType = choice(parameters, 'KeyType', ['rsa', 'ed25519']) ?? 'rsa';
      choice(parameters, 'KeyFormat', ['pem']);
      const { keyMaterial, ...made } = await generate(keyType);
      return { ...keyPairItem(keep(parameters, made)), keyMaterial };
    },
    ImportKeyPair: async parameters => {
      newKeyName(state, parameters);
      const material = Buffer.from(required(parameters, 'PublicKeyMaterial'), 'base64').toString();
      return keyPairItem(keep(parameters, await readPublicKey(material)));
    },
    DescribeKeyPairs: parameters => {
      const names = list(parameters, 'KeyName');
      const missing = names.filter(name => !findKeyPair(state, name));
      if (missing.length > 0) throw KEY_PAIR.notFound(missing);
      const listed = select(state.keyPairs, list(parameters, 'KeyPairId'), KEY_PAIR).filter(
        ({ keyName }) => names.length === 0 || names.includes(keyName),
      );
      const withPublicKey = flag(parameters, 'IncludePublicKey') === true;
      return {
        keySet: filtered(listed, parameters, FILTERS).map(keyPair => ({
          ...keyPairItem(keyPair),
          keyType: keyPair.keyType,
          createTime: keyPair.createTime,
          ...(withPublicKey ? { publicKey: keyPair.publicKey } : {}),
        })),
      };
    },
    DeleteKeyPair: parameters => {
      const id = optional(parameters, 'KeyPairId');
      // EC2 does not mind deleting by name what isn't there.
      const keyPair = id ? find(state.keyPairs, id, KEY_PAIR) : findKeyPair(state, required(parameters, 'KeyName'));
      if (keyPair) delete state.keyPairs[keyPair.keyPairId];
      return { return: true, keyPairId: keyPair?.keyPairId };
    },
  };
}

/** The key pair of this name, if there is one. */
export function findKeyPair({ keyPairs }: State, name: string): KeyPair | undefined {
  return Object.values(keyPairs).find(({ keyName }) => keyName === name);
}

const FILTERS: FilterTable<KeyPair> = {
  fingerprint: keyPair => keyPair.fingerprint,
  'key-name': keyPair => keyPair.keyName,
  'key-pair-id': keyPair => keyPair.keyPairId,
};

function newKeyName(state: State, parameters: Parameters): string {
  const name = required(parameters, 'KeyName');
  if (name.length > 255) throw new Fault('InvalidParameterValue', 'A key pair name has at most 255 characters.');
  if (findKeyPair(state, name)) {
    throw new Fault('InvalidKeyPair.Duplicate', `The keypair '${name}' already exists.`);
  }
  return name;
}

function keyPairItem({ keyPairId, keyName, fingerprint, tags }: KeyPair): object {
  return { keyPairId, keyName, keyFingerprint: fingerprint, tagSet: tagSet(tags) };
}

/** As ssh-keygen makes them: RSA in PEM, ed25519 in OpenSSH's own format, which is what EC2 gives. */
async function generate(keyType: 'rsa' | 'ed25519') {
  const folder = await mkdtemp(join(tmpdir(), 'key-pair-'));
  try {
    const file = join(folder, 'key');
    const form = keyType === 'rsa' ? ['-b', '2048', '-m', 'PEM'] : [];
    await run('ssh-keygen', '-q', '-t', keyType, ...form, '-N', '', '-C', '', '-f', file);
    const keyMaterial = await readFile(file, 'utf8');
    const publicKey = (await readFile(`${file}.pub`, 'utf8')).trim();
    const fingerprint = keyType === 'rsa' ? privateKeyDigest(keyMaterial) : publicKeyDigest(publicKey);
    return { keyType, keyMaterial, publicKey, fingerprint };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function readPublicKey(material: string) {
  const folder = await mkdtemp(join(tmpdir(), 'key-pair-'));
  try {
    const file = join(folder, 'key.pub');
    await writeFile(file, material);
    const [type, blob] = material.trim().split(/\s+/);
    const publicKey = `${type} ${blob}`;
    if (type === 'ssh-ed25519') {
      await run('ssh-keygen', '-l', '-f', file);
      return { keyType: 'ed25519' as const, publicKey, fingerprint: publicKeyDigest(publicKey) };
    }
    const pem = await run('ssh-keygen', '-e', '-m', 'PKCS8', '-f', file);
    if (type !== 'ssh-rsa') throw new Error('not a type that EC2 takes');
    const der = createPublicKey(pem).export({ type: 'spki', format: 'der' });
    return { keyType: 'rsa' as const, publicKey, fingerprint: inPairs(createHash('md5').update(der).digest('hex')) };
  } catch {
    throw new Fault('InvalidKey.Format', 'Key is not in valid OpenSSH public key format (RSA or ED25519)');
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** EC2's fingerprint of an RSA key that it made: SHA-1 of the private key in DER. */
function privateKeyDigest(pem: string): string {
  const der = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' });
  return inPairs(createHash('sha1').update(der).digest('hex'));
}

/** EC2's fingerprint of an ed25519 key: SHA-256 of the public key, in base64. */
function publicKeyDigest(publicKey: string): string {
  const blob = Buffer.from(publicKey.split(' ')[1]!, 'base64');
  return createHash('sha256').update(blob).digest('base64');
}

function inPairs(hex: string): string {
  return hex.match(/../g)!.join(':');
}
