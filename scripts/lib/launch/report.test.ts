import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Launched, launchedAsText, lostAsText } from './report.ts';

const LAUNCHED: Launched = {
  instanceId: 'i-1',
  imageName: 'lava-x',
  address: '1.2.3.4',
  loginUser: 'admin',
  key: join(process.cwd(), 'dist/launch/i-1/ssh-key'),
  knownHosts: join(process.cwd(), 'dist/launch/i-1/known_hosts'),
  console: 'starting\r\nup\n',
  region: 'us-east-1',
};

it('says what was launched, how to log in, and how to remove it', () => {
  expect(launchedAsText(LAUNCHED).split('\n')).toEqual([
    'Instance:   i-1',
    'Image:      lava-x',
    'Address:    1.2.3.4',
    'Console:',
    '    starting',
    '    up',
    'Log in:     ssh -i dist/launch/i-1/ssh-key -o UserKnownHostsFile=dist/launch/i-1/known_hosts ' +
      '-o StrictHostKeyChecking=accept-new admin@1.2.3.4',
    'Remove it:  aws ec2 terminate-instances --region us-east-1 --instance-ids i-1',
  ]);
});

it('shows the last ten lines of the console, and a hundred characters of each', () => {
  const console = [...Array.from({ length: 12 }, (_, n) => `line ${n}`), 'x'.repeat(101)].join('\n');
  const lines = launchedAsText({ ...LAUNCHED, console })
    .split('\n')
    .slice(4, -2);
  expect(lines).toHaveLength(10);
  expect(lines[0]).toBe('    line 3');
  expect(lines[9]).toBe(`    ${'x'.repeat(99)}…`);
});

it('says why an instance is of no use, and how to remove it where it is still there', () => {
  const lost = { ...LAUNCHED, why: 'i-1 did not come up: too late', isGone: false };
  expect(lostAsText(lost)).toBe(
    'i-1 did not come up: too late\n\nstarting\nup\n\nIt is still there. Remove it: ' +
      'aws ec2 terminate-instances --region us-east-1 --instance-ids i-1',
  );
  expect(lostAsText({ ...lost, isGone: true })).toBe('i-1 did not come up: too late\n\nstarting\nup');
});
