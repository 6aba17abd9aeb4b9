import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { temporaryFolder } from '../../temporary-folder.ts';
import { findKey, operatorCredentials } from './credentials.ts';

const folder = temporaryFolder('credentials-');
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('are made once, at random, and only their owner can read them', () => {
  const made = operatorCredentials(folder);
  expect(made.accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
  expect(made.secretAccessKey).toMatch(/^[A-Za-z0-9+/]{40}$/);
  expect(operatorCredentials(folder)).toEqual(made);
  expect(statSync(join(folder, 'credentials.json')).mode & 0o777).toBe(0o600);
  rmSync(folder, { recursive: true });
  expect(operatorCredentials(folder)).not.toEqual(made);
});

it('tell the operator from an instance', () => {
  const operator = { accessKeyId: 'AKIA', secretAccessKey: 's' };
  const session = {
    accessKeyId: 'ASIA',
    secretAccessKey: 't',
    sessionToken: 'token',
    expiration: '2030-01-01T00:00:00Z',
    role: 'builder',
    instanceId: 'i-1',
  };
  expect(findKey('AKIA', operator, {})).toEqual({ ...operator, caller: { kind: 'operator' } });
  expect(findKey('ASIA', operator, { any: session })).toMatchObject({
    sessionToken: 'token',
    caller: { kind: 'role', role: 'builder', instanceId: 'i-1' },
  });
  expect(findKey('ASIB', operator, { any: session })).toBeUndefined();
});
