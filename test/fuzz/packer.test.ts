import fc from 'fast-check';
import { expect } from 'vitest';
import { clean } from '../../scripts/lib/command/clean.ts';
import { packerReader, withoutPrefix } from '../../scripts/lib/packer/output.ts';
import { fuzz, nearly } from './fuzz.ts';

const MARK = '1f2e3d4c5b6a7980';
const INSTANCE = 'i-0c9bf120ee39c7644';
const ROLE = 'packer-6b0e1842-47ab-5e02-3597-7e85bef8095f';
const PIECES = [
  ...['==> amazon-ebs.lava: ', '    amazon-ebs.lava: ', '--> amazon-ebs.lava: ', '2026-12-01T00:43:46Z: '],
  ...['Launching a source AWS instance...', `Instance ID: ${INSTANCE}`, 'Instance ID: ', 'AMI: ami-07efb640cdeebdfb5'],
  ...[`Creating temporary role for this instance: ${ROLE}`, 'Creating temporary role for this instance: ', ROLE],
  ...['Using ssh communicator to connect: ', 'Connected to SSH!', 'AMIs were created', `==== ${MARK} `, '==== '],
  ...['conf.d/10-a (1 of 2) ', 'conf.d/10-a done in 1.0 s', 'conf.d/10-a failed with status 1 after 2.0 s'],
  ...['conf.d/10-a not run: why', 'i-1', ' ', INSTANCE],
];
const line = nearly(PIECES, 5);

fuzz('lines of packer give facts of the form that they have, and text that can be shown', fc.array(line), lines => {
  const read = packerReader(MARK);
  const first = new Set<string>();
  for (const text of lines) {
    expect(clean(withoutPrefix(text))).toBe(withoutPrefix(text));
    const event = read(text);
    if (!event) continue;
    if (event.kind === 'instance') expect(event.id).toMatch(/^i-([\da-f]{8}|[\da-f]{17})$/);
    if (event.kind === 'role') expect(event.name).toMatch(/^packer-[\da-f-]{36}$/);
    if ('text' in event) expect(clean(event.text)).toBe(event.text);
    if (event.kind === 'instance' || event.kind === 'role' || event.kind === 'launch') {
      expect(first).not.toContain(event.kind);
      first.add(event.kind);
    }
  }
});

fuzz('what the instance prints gives no facts', fc.array(line), lines => {
  const read = packerReader(MARK);
  read('==> amazon-ebs.lava: Using ssh communicator to connect: 127.0.0.1');
  for (const text of lines) expect(['instance', 'role', 'launch']).not.toContain(read(text)?.kind);
});
