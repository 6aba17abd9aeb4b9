import { expect, it } from 'vitest';
import { readLine } from './output.ts';

const STAMP = '2026-11-23T01:02:03Z: ';

it.each([
  [
    '==> amazon-ebs.lava: Launching a source AWS instance...',
    { kind: 'phase', text: 'Launching a source AWS instance...' },
  ],
  ['    amazon-ebs.lava: Instance ID: i-0123456789abcdef0', { kind: 'instance', id: 'i-0123456789abcdef0' }],
  ['    amazon-ebs.lava: AMI: ami-0f40dbb2e32ea279b', { kind: 'image', id: 'ami-0f40dbb2e32ea279b' }],
  ['==> amazon-ebs.lava: Creating temporary role for this instance: packer-5f', { kind: 'role', name: 'packer-5f' }],
  ['==> amazon-ebs.lava: Using SSH communicator to connect: 127.77.0.10', { kind: 'address', host: '127.77.0.10' }],
  ['==> amazon-ebs.lava: Using ssh communicator to connect: 10.1.2.3', { kind: 'address', host: '10.1.2.3' }],
  [
    '    amazon-ebs.lava: ==== conf.d/20-packages (2 of 7) 2026-11-23T01:02:03Z',
    { kind: 'configurator', name: 'conf.d/20-packages', number: 2, of: 7 },
  ],
  [
    '    amazon-ebs.lava: ==== conf.d/20-packages done in 12.3 s',
    { kind: 'configurator-done', name: 'conf.d/20-packages', seconds: 12.3 },
  ],
  [
    '    amazon-ebs.lava: ==== seal.d/90-identity failed with status 3 after 0.1 s',
    { kind: 'configurator-failed', name: 'seal.d/90-identity', status: 3, seconds: 0.1 },
  ],
  [
    '    null.lava: ==== test/oracle not run: oracle was left out of the image',
    { kind: 'configurator-not-run', name: 'test/oracle', why: 'oracle was left out of the image' },
  ],
  ['--> amazon-ebs.lava: Error launching: refused', { kind: 'error', text: 'Error launching: refused' }],
  ['--> amazon-ebs.lava: AMIs were created:', undefined],
  ['    amazon-ebs.lava: some output of a configurator', undefined],
  ['==> Wait completed after 3 seconds', undefined],
  ['', undefined],
])('%s', (line, event) => {
  expect(readLine(line)).toEqual(event);
  expect(readLine(STAMP + line)).toEqual(event);
});

it("takes no configurator's output for packer's own summary", () => {
  expect(readLine('    amazon-ebs.lava: --> amazon-ebs.lava: Error: none')).toBeUndefined();
});
