import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { readAmiBuild } from '../../scripts/lib/parameters/ami-build.ts';
import { resolve } from '../../scripts/lib/parameters/resolve.ts';
import { BUILD_PARAMETERS } from '../../scripts/lib/parameters/targets.ts';
import { makePlan } from '../../scripts/lib/plan/plan.ts';
import { BY_HAND, configFile, typeMake, words } from './make.ts';

// What users type arrives as it was typed, or is refused; nothing of it is ever run.

const CANARY = join(tmpdir(), `canary-${process.pid}`);

/** Text as users, accidents and attackers would give it. NUL can't be on a command line at all. */
const nasty = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 8 }),
      fc.constantFrom(
        '$',
        '$$',
        '`',
        '"',
        "'",
        ';',
        '\n',
        '\\',
        ' ',
        '#',
        '%',
        '=',
        ':=',
        '&&',
        '|',
        '(',
        ')',
        '~',
        '*',
      ),
      fc.constantFrom(`$(touch ${CANARY})`, `$(shell touch ${CANARY})`, `\`touch ${CANARY}\``, '$(HOME)', '${HOME}'),
    ),
    { maxLength: 6 },
  )
  .map(parts => parts.join('').replaceAll('\0', ''));

const parameter = fc.constantFrom('s3prefix', 's3bucket', 'tz', 'subnet', 'sg', 'ip', 'ami_ref', 'python_version');

it('a value becomes the variable it was given for, or is refused', () => {
  const amiBuild = readAmiBuild();
  const accepted = fc.oneof(
    fc.record({ s3prefix: fc.stringMatching(/^[A-Za-z0-9!_.'()=+@-][A-Za-z0-9!_.'()/=+@ -]{0,40}$/) }),
    fc.record({ s3bucket: fc.stringMatching(/^[a-z0-9][a-z0-9-]{1,40}[a-z0-9]$/) }),
    fc.tuple(parameter, nasty).map(([name, value]) => ({ [name]: value })),
  );
  fc.assert(
    fc.property(accepted, override => {
      const given: Record<string, string> = { ...BY_HAND, ...override };
      const { settings, problems } = resolve(
        new Map(Object.entries(given)),
        { amiBuild, lavaVersion: '8.1.0' },
        BUILD_PARAMETERS,
      );
      if (problems.length > 0) return;
      const baseImage = { id: 'ami-00000001', name: '', createdAt: '', source: '' };
      const facts = { accountId: '', partition: 'aws', baseImage };
      const { variables } = makePlan({
        resources: [],
        settings,
        amiBuild,
        facts,
        startedAt: new Date(),
        random: '',
        repo: '',
      });
      expect(variables.s3bucket).toBe(given.s3bucket?.trim());
      expect(variables.subnet_id).toBe(given.subnet?.trim());
      expect(variables.s3prefix).toBe(`${given.s3prefix?.trim().replace(/^\/+|\/+$/g, '')}/`);
      expect(variables.security_group_ids).toEqual(given.sg?.split(',').map(id => id.trim()));
    }),
    { numRuns: 3000 },
  );
});

it('make hands every text on as it was typed, and runs none of it', async () => {
  await fc.assert(
    fc.asyncProperty(parameter, nasty, async (name, value) => {
      const { stdout } = await typeMake([
        'plan',
        'offline=yes',
        'format=json',
        ...words({ ...BY_HAND, [name]: value }),
      ]);
      const { parameters } = JSON.parse(stdout);
      const typed = value.trim();
      // Only the forms of lists and prefixes are brought into order.
      const tidy = (text: string) => text.replaceAll(/[\s/]/g, '');
      expect(tidy(parameters[name].value)).toBe(tidy(typed));
      expect(parameters[name].source).toBe('command line');
    }),
    { numRuns: 60 },
  );
  expect(existsSync(CANARY)).toBe(false);
}, 300_000);

it('a config file hands every text on as it stands there', async () => {
  await fc.assert(
    fc.asyncProperty(nasty, async value => {
      const text = `dev:\n  ami:\n    tz: ${JSON.stringify(value)}\n`;
      const expected = parse(text).dev.ami.tz;
      const { tz: _, ...others } = BY_HAND;
      const parameters = words({ ...others, config: configFile(text), env: 'dev' });
      const { stdout } = await typeMake(['plan', 'offline=yes', 'format=json', ...parameters]);
      expect(JSON.parse(stdout).parameters.tz.value).toBe(expected);
    }),
    { numRuns: 30 },
  );
  expect(existsSync(CANARY)).toBe(false);
}, 300_000);

it('variables of the environment are no parameters', async () => {
  const env = { ...BY_HAND, os: 'debian12', arch: 'arm64', env: 'dev', config: 'x.yaml', ami_id: 'ami-00000000' };
  const { stdout } = await typeMake(['plan', 'offline=yes', 'format=json'], { env });
  const { parameters, problems } = JSON.parse(stdout);
  expect(parameters.os).toEqual({ value: 'amzn2023', source: 'ami-build.yaml: defaults.os' });
  expect(parameters).not.toHaveProperty('ami_id');
  expect(problems.map((problem: { parameter: string }) => problem.parameter)).toContain('subnet');
});
