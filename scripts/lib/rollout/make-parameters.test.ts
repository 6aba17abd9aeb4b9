import { expect, test } from 'vitest';
import { valuesOf } from '../parameters/values.ts';
import { AMIS_PARAMETERS, typedOf } from './make-parameters.ts';

test("make's parameters are the options of lava-ami", () => {
  const given = { stacks: 'a*, b  c', n: '3', dry_run: 'yes', newest: 'yes', wait: 'no', format: 'json' };
  const settings = new Map(Object.entries(given).map(([name, value]) => [name, { value, source: 'command line' }]));
  const { typed, naming } = typedOf(valuesOf(settings, AMIS_PARAMETERS));
  expect(typed).toMatchObject({
    patterns: ['a*', 'b', 'c'],
    number: '3',
    dryRun: true,
    newest: true,
    noWait: true,
    json: true,
  });
  expect(naming('patterns')).toBe('stacks');
  expect(naming('set')).toBe('set');
});
