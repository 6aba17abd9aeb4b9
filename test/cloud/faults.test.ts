import { DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { fakeCloud } from './fake-cloud.ts';
import { addFaultRule, clearFaultRules, createFaults, readFaultRules } from './faults.ts';
import { Dropped, Fault } from './service.ts';

function newFolder(): string {
  const folder = temporaryFolder('faults-');
  return folder;
}

const ERROR = { code: 'RequestLimitExceeded', status: 503, message: 'slow down' };

test('without rules nothing happens; a rule strikes what it names, from the next call on, as often as it says', async () => {
  const folder = newFolder();
  const faults = createFaults(folder);
  await faults.apply('ec2', 'CopyImage');
  addFaultRule(folder, { service: 'ec2', action: 'Copy*', error: ERROR, times: 2 });
  await faults.apply('ec2', 'DescribeImages');
  await faults.apply('s3', 'CopyObject');
  await expect(faults.apply('ec2', 'CopyImage')).rejects.toEqual(new Fault(ERROR.code, ERROR.message, ERROR.status));
  await expect(faults.apply('ec2', 'CopySnapshot')).rejects.toThrow(Fault);
  await faults.apply('ec2', 'CopyImage');
  addFaultRule(folder, { service: 'ec2', action: 'CopyImage', drop: true });
  await expect(faults.apply('ec2', 'CopyImage')).rejects.toThrow(Dropped);
  clearFaultRules(folder);
  expect(readFaultRules(folder)).toEqual([]);
  await faults.apply('ec2', 'CopyImage');
});

test('a delay waits, and with it an error comes late', async () => {
  const folder = newFolder();
  addFaultRule(folder, { service: 'imds', action: 'GET /latest/*', delay: 0.1, error: ERROR });
  const started = performance.now();
  await expect(createFaults(folder).apply('imds', 'GET /latest/user-data')).rejects.toThrow('slow down');
  expect(performance.now() - started).toBeGreaterThan(95);
});

test('rules that are exhausted at the same time by several calls strike only as often as they say', async () => {
  const folder = newFolder();
  addFaultRule(folder, { service: '*', action: '*', error: ERROR, times: 3 });
  const { apply } = createFaults(folder);
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => apply('ec2', 'X')));
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(3);
});

test('a client sees an error as if AWS gave it, and a cut connection as such', async () => {
  const { ec2, folder } = await fakeCloud();
  addFaultRule(folder, { service: 'ec2', action: 'DescribeVpcs', error: ERROR, times: 1 });
  addFaultRule(folder, { service: 'ec2', action: 'DescribeVpcs', drop: true });
  await expect(ec2.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
    name: 'RequestLimitExceeded',
    message: 'slow down',
    $metadata: { httpStatusCode: 503 },
  });
  await expect(ec2.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({ code: 'ECONNRESET' });
});
