import { randomBytes, randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Caller } from '../service.ts';
import type { State } from '../state.ts';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

/** What the cloud knows of an access key. */
export interface KnownKey extends Credentials {
  caller: Caller;
  /** Set for the temporary credentials of an instance, which are worth nothing without it. */
  sessionToken?: string;
  expiration?: Date;
}

/** The operator's key pair: made at random the first time, then read from `<folder>/credentials.json` (mode 0600). */
export function operatorCredentials(folder: string): Credentials {
  const file = join(folder, 'credentials.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  mkdirSync(folder, { recursive: true });
  const draft = join(folder, `credentials.${randomUUID()}`);
  writeFileSync(draft, `${JSON.stringify(newCredentials(), null, 1)}\n`, { mode: 0o600 });
  try {
    // Unlike a rename, a link never replaces the pair that another process made in the meantime.
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Who an access key belongs to: the operator, or one of the instances' sessions. */
export function findKey(accessKeyId: string, operator: Credentials, sessions: State['sessions']): KnownKey | undefined {
  if (accessKeyId === operator.accessKeyId) return { ...operator, caller: { kind: 'operator' } };
  const session = Object.values(sessions).find(candidate => candidate.accessKeyId === accessKeyId);
  if (!session) return undefined;
  const { secretAccessKey, sessionToken, role, instanceId } = session;
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken,
    expiration: new Date(session.expiration),
    caller: { kind: 'role', role, instanceId },
  };
}

function newCredentials(): Credentials {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const letters = Array.from(randomBytes(16), byte => alphabet[byte % alphabet.length]);
  return { accessKeyId: `AKIA${letters.join('')}`, secretAccessKey: randomBytes(30).toString('base64') };
}
