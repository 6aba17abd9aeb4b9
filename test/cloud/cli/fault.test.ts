import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../temporary-folder.ts';
import { readFaultRules } from '../faults.ts';

let folder: string;

beforeEach(() => {
  const parent = temporaryFolder('fault-');
  folder = join(parent, 'cloud');
});

function fault(...words: string[]) {
  const env = { ...process.env, LAVA_CLOUD_DIR: folder };
  return spawnSync(join(import.meta.dirname, '../fault'), words, { env, encoding: 'utf8' });
}

test('trouble is ordered, listed and taken back', () => {
  expect(fault('add', 'ec2:CopyImage', '--delay', '2.5', '--times', '1').status).toBe(0);
  expect(fault('add', 'imds:GET /latest/user-data', '--drop').status).toBe(0);
  expect(fault('add', 's3:*', '--error', 'SlowDown', '--status', '503', '--message', 'later').status).toBe(0);
  expect(fault('add', 'account:no-default-vpc').status).toBe(0);
  expect(readFaultRules(folder)).toMatchObject([
    { service: 'ec2', action: 'CopyImage', delay: 2.5, times: 1 },
    { service: 'imds', action: 'GET /latest/user-data', drop: true },
    { service: 's3', action: '*', error: { code: 'SlowDown', status: 503, message: 'later' } },
    { service: 'account', action: 'no-default-vpc' },
  ]);
  expect(fault('list').stdout.split('\n')).toEqual([
    'ec2:CopyImage  waits 2.5 s, once',
    'imds:GET /latest/user-data  cuts the connection',
    's3:*  answers SlowDown (503): later',
    'account:no-default-vpc',
    '',
  ]);
  expect(fault('clear').status).toBe(0);
  expect(fault('list').stdout).toBe('');
});

test.each([
  [[], 'test/cloud/fault add SERVICE:ACTION'],
  [['remove'], 'test/cloud/fault add SERVICE:ACTION'],
  [['add', 'CopyImage', '--drop'], '"CopyImage" is not SERVICE:ACTION, such as ec2:CopyImage.'],
  [['add', 'ec2:CopyImage'], 'Say what is to happen: --delay SECONDS, --error CODE or --drop.'],
  [['add', 'ec2:CopyImage', '--delay', 'soon'], '--delay takes a number from 0 on, not "soon".'],
  [['add', 'ec2:CopyImage', '--drop', '--times', '0'], '--times takes a number from 1 on, not "0".'],
  [['add', 'ec2:CopyImage', '--drop', '--status', '500'], '--status and --message belong to --error.'],
  [['add', 'account:no-default-vpc', '--drop'], 'A condition of the account takes no options.'],
  [['add', 'account:poor'], '"poor" is no condition of the account: there is no-default-vpc.'],
  [['add', 'ec2:CopyImage', '--colour', 'red'], "Unknown option '--colour'"],
  [['add', 'ec2:CopyImage', 'ec2:RunInstances', '--drop'], 'test/cloud/fault add SERVICE:ACTION'],
])('%j is refused with status 2, and orders nothing', (words, message) => {
  const { status, stderr } = fault(...words);
  expect(status).toBe(2);
  expect(stderr).toContain(message);
  expect(stderr).not.toContain('    at ');
  expect(existsSync(folder)).toBe(false);
});
