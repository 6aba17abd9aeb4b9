import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type PackerEvent, packerReader } from './output.ts';

const MARK = '1f2e3d4c5b6a7980';
const STAMP = '2026-12-01T00:43:46Z: ';
const ROLE = 'packer-6b0e1842-47ab-5e02-3597-7e85bef8095f';
const OTHER_ROLE = 'packer-11111111-2222-3333-4444-555555555555';

/** As packer 1.6.6 printed it: `==>` before its own words and before stderr, spaces before stdout. */
const BEFORE_166 = `\
==> amazon-ebs.lava: Prevalidating any provided VPC information
==> amazon-ebs.lava: Prevalidating AMI Name: lava-8.1.0-debian12-py3.11-x86_64-2026-12-01T00-43-44Z
    amazon-ebs.lava: Found Image ID: ami-0deb1a20000000012
==> amazon-ebs.lava: Using existing SSH private key
==> amazon-ebs.lava: Creating temporary instance profile for this instance: ${ROLE}
==> amazon-ebs.lava: Creating temporary role for this instance: ${ROLE}
==> amazon-ebs.lava: Attaching policy to the temporary role: ${ROLE}
==> amazon-ebs.lava: Launching a source AWS instance...
==> amazon-ebs.lava: Adding tags to source instance
    amazon-ebs.lava: Adding tag: "BuildId": "2026-12-01T00-43-44Z-aee2"
    amazon-ebs.lava: Instance ID: i-0c9bf120ee39c7644
==> amazon-ebs.lava: Waiting for instance (i-0c9bf120ee39c7644) to become ready...
==> amazon-ebs.lava: Using ssh communicator to connect: 127.77.0.10
==> amazon-ebs.lava: Waiting for SSH to become available...
==> amazon-ebs.lava: Connected to SSH!
==> amazon-ebs.lava: Provisioning with shell script: /tmp/packer-shell3149767723
    amazon-ebs.lava:
    amazon-ebs.lava: status: done
==> amazon-ebs.lava: Uploading /dist/ami/packer.tar.gz => /tmp/lava-ami.tar.gz
==> amazon-ebs.lava: Provisioning with shell script: /tmp/packer-shell3080521236
    amazon-ebs.lava: ==== ${MARK} conf.d/10-upgrade (1 of 21) 2026-12-01T00:43:55Z
    amazon-ebs.lava: Fetched 15.8 MB in 2s (9306 kB/s)
==> amazon-ebs.lava: debconf: delaying package configuration
    amazon-ebs.lava: ==== ${MARK} conf.d/10-upgrade done in 3.1 s`;
const AFTER_166 = `\
==> amazon-ebs.lava: Stopping the source instance...
    amazon-ebs.lava: Stopping instance
==> amazon-ebs.lava: Creating AMI 2IMBkR6 from instance i-0c9bf120ee39c7644
    amazon-ebs.lava: AMI: ami-07efb640cdeebdfb5
==> amazon-ebs.lava: Waiting for AMI to become ready...
Build 'amazon-ebs.lava' finished after 8 minutes 13 seconds.
--> amazon-ebs.lava: AMIs were created:
us-east-1: ami-01db0c57852681c2a`;

/** The same as packer 1.16 prints it: `==>` before every line, nothing behind the colon of an empty one. */
const newest = (output: string) => output.replaceAll(/^ {4}(amazon-ebs\.lava:)/gm, '==> $1');

function read(...outputs: string[]): PackerEvent[] {
  const reader = packerReader(MARK);
  return outputs.flatMap(output => output.split('\n').flatMap(line => reader(STAMP + line) ?? []));
}

const FACTS = [
  { kind: 'role', name: ROLE },
  { kind: 'launch', text: 'Launching a source AWS instance...' },
  { kind: 'instance', id: 'i-0c9bf120ee39c7644' },
];
const BANNERS = [
  { kind: 'configurator', name: 'conf.d/10-upgrade', number: 1, of: 21 },
  { kind: 'configurator-done', name: 'conf.d/10-upgrade', seconds: 3.1 },
];
const isPhase = ({ kind }: PackerEvent) => kind === 'phase';

it.each([
  ['1.6.6', BEFORE_166, AFTER_166],
  ['1.16', newest(BEFORE_166), newest(AFTER_166)],
])('reads the facts and banners of a build by packer %s', (_version, before, after) => {
  const events = read(before, after).filter(event => !isPhase(event));
  expect(events).toEqual([...FACTS, ...BANNERS, { kind: 'image' }]);
});

it('packer 1.6.6 marks its own words, which are phases; what a configurator says to stderr looks alike and is none', () => {
  const phases = read(BEFORE_166, AFTER_166).flatMap(event => (event.kind === 'phase' ? event.text : []));
  expect(phases).not.toContain('debconf: delaying package configuration');
  expect(phases.slice(-6)).toEqual([
    'Provisioning with shell script: /tmp/packer-shell3149767723',
    'Uploading /dist/ami/packer.tar.gz => /tmp/lava-ami.tar.gz',
    'Provisioning with shell script: /tmp/packer-shell3080521236',
    'Stopping the source instance...',
    'Creating AMI 2IMBkR6 from instance i-0c9bf120ee39c7644',
    'Waiting for AMI to become ready...',
  ]);
});

it('packer 1.16 marks every line: what is printed between configurators shows, empty lines and their output do not', () => {
  const phases = read(newest(BEFORE_166)).flatMap(event => (event.kind === 'phase' ? event.text : []));
  expect(phases).toContain('status: done');
  expect(phases).not.toContain('');
  expect(phases.join('\n')).not.toMatch(/Fetched|debconf|====/);
});

it.each([
  [`==== ${MARK} seal.d/90-identity failed with status 3 after 0.1 s`, 'configurator-failed'],
  [`==== ${MARK} test/oracle not run: oracle was left out of the image`, 'configurator-not-run'],
  [`==== ${MARK} reboot 2026-12-01T00:51:00Z`, undefined],
  ['==== seal.d/90-identity failed with status 3 after 0.1 s', undefined],
  ['==== 0000000000000000 seal.d/90-identity done in 0.1 s', undefined],
  [`grep: ==== ${MARK} seal.d/90-identity done in 0.1 s`, undefined],
])('the banner %s', (text, kind) => {
  const reader = packerReader(MARK);
  expect(reader(`    null.lava: ${text}`)?.kind).toBe(kind);
});

it('without a mark no banner is believed', () => {
  expect(packerReader('')('    null.lava: ====  conf.d/10-a done in 0.1 s')).toBeUndefined();
});

/** Every line by which packer could tell something, as an installer may print it. */
const HOSTILE = [
  'Instance ID: i-0fffffffffffffff0',
  'AMI: ami-0fffffffffffffff0',
  `Creating temporary role for this instance: ${OTHER_ROLE}`,
  'Launching a source AWS instance...',
  'Using ssh communicator to connect: 10.6.6.6',
  '==== conf.d/60-boot-scripts (20 of 20) 2026-12-01T00:43:55Z',
  '==== seal.d/95-check done in 0.1 s',
  '==== seal.d/95-check failed with status 1 after 0.1 s',
  'Stopping the source instance...',
  '--> amazon-ebs.lava: Error: none',
  `${STAMP}==> amazon-ebs.lava: Creating temporary role for this instance: ${OTHER_ROLE}`,
  '\u001b[2J\u001b]0;title\u0007\u009b31m\r',
  `\rInstance ID: i-0fffffffffffffff0`,
  `x\u2028==> amazon-ebs.lava: Creating temporary role for this instance: ${OTHER_ROLE}`,
  '',
];

it.each(['    ', '==> '])('what a configurator prints tells nothing (%j before it)', arrow => {
  const reader = packerReader(MARK);
  for (const line of BEFORE_166.split('\n')) reader(line);
  reader(`    amazon-ebs.lava: ==== ${MARK} conf.d/21-hostile (2 of 21) 2026-12-01T00:43:55Z`);
  for (const text of HOSTILE) expect(reader(`${STAMP}${arrow}amazon-ebs.lava: ${text}`)).toBeUndefined();
});

it.each(['    ', '==> '])('nor does what is printed between configurators, but for what is shown (%j)', arrow => {
  const reader = packerReader(MARK);
  for (const line of BEFORE_166.split('\n')) reader(line);
  const kinds = HOSTILE.flatMap(text => reader(`${STAMP}${arrow}amazon-ebs.lava: ${text}`)?.kind ?? []);
  expect(kinds.filter(kind => kind !== 'phase' && kind !== 'image')).toEqual([]);
});

/** Text made of pieces that mean something to the reader, in any order, and of anything else. */
const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...HOSTILE,
        '==> amazon-ebs.lava: ',
        '--> ',
        ' done in ',
        ' (1 of 2) ',
        '==== ',
        ROLE,
        '\u2028',
        '\r',
      ),
      fc.string({ unit: 'binary' }),
    ),
    { maxLength: 5 },
  )
  .map(pieces => pieces.join(''));

it('nothing that can be printed is a fact, or a banner, or steers a terminal', () => {
  fc.assert(
    fc.property(anyText, fc.constantFrom('    ', '==> ', '--> '), fc.boolean(), (text, arrow, isConfiguring) => {
      const reader = packerReader(MARK);
      for (const line of BEFORE_166.split('\n')) reader(line);
      if (isConfiguring) reader(`    amazon-ebs.lava: ==== ${MARK} conf.d/21-hostile (2 of 21) now`);
      for (const line of text.split('\n')) {
        const event = reader(`${STAMP}${arrow}amazon-ebs.lava: ${line}`);
        expect(['phase', 'error', 'image', undefined]).toContain(event?.kind);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
        expect(Object.values(event ?? {}).join(' ')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      }
    }),
  );
});

it('the first value of a fact counts', () => {
  expect(
    read(
      `==> amazon-ebs.lava: Creating temporary role for this instance: ${ROLE}
==> amazon-ebs.lava: Creating temporary role for this instance: ${OTHER_ROLE}
    amazon-ebs.lava: Instance ID: i-0c9bf120
    amazon-ebs.lava: Instance ID: i-0fffffffffffffff0`,
    ),
  ).toEqual([
    { kind: 'role', name: ROLE },
    { kind: 'instance', id: 'i-0c9bf120' },
  ]);
});

it.each([
  'Creating temporary role for this instance: packer-5f',
  'Creating temporary role for this instance: Administrator',
  `Creating temporary role for this instance: ${ROLE}/..`,
  `Creating temporary role for this instance: ${ROLE} `,
  'Instance ID: i-1',
  'Instance ID: i-0C9BF120EE39C7644',
  'Instance ID: i-0c9bf120ee39c7644 i-0fffffffffffffff0',
])('a name of another form is no fact: %s', text => {
  expect(packerReader(MARK)(`    amazon-ebs.lava: ${text}`)).toBeUndefined();
});

it('errors are those of the summary at the end, without what would steer a terminal', () => {
  const reader = packerReader(MARK);
  expect(reader('--> amazon-ebs.lava: Error launching: \u001b[31mrefused')).toEqual({
    kind: 'error',
    text: 'Error launching:  [31mrefused',
  });
  expect(reader('--> amazon-ebs.lava: AMIs were created:')).toBeUndefined();
  expect(reader('    amazon-ebs.lava: --> amazon-ebs.lava: Error: none')).toBeUndefined();
  expect(reader('==> Wait completed after 3 seconds')).toBeUndefined();
  expect(reader('')).toBeUndefined();
});

it('phases are shown without what would steer a terminal', () => {
  expect(packerReader(MARK)('==> amazon-ebs.lava: Waiting\u001b]0;title\u0007\u009b31m')).toEqual({
    kind: 'phase',
    text: 'Waiting ]0;title 31m',
  });
});
