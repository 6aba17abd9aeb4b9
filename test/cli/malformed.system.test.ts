import { expect, it } from 'vitest';
import { BY_HAND, configFile, typeMake, words } from './make.ts';
import { MALFORMED, type Malformed } from './malformed.ts';

/** What a config file of the table gives is left out of the command line, so that the file's value counts. */
function commandLine({ parameters = {}, without = [], config }: Malformed): string[] {
  const inFile = Object.keys(BY_HAND).filter(
    name => config?.includes(`${name}:`) || (config?.includes('s3:') && name.startsWith('s3')),
  );
  const python = config?.includes('python:') ? ['python_version'] : [];
  const left = Object.entries(BY_HAND).filter(([name]) => ![...without, ...inFile, ...python].includes(name));
  const file = config === undefined ? {} : { config: configFile(config), env: 'dev' };
  return words({ ...Object.fromEntries(left), ...file, ...parameters });
}

it('is a table of at least 100', () => expect(MALFORMED.length).toBeGreaterThanOrEqual(100));

it.concurrent.each(MALFORMED)('$what', async row => {
  const { status, stdout, stderr } = await typeMake(['plan', 'offline=yes', ...commandLine(row)]);
  expect(stdout + stderr).toContain(row.says);
  expect(stdout + stderr).not.toMatch(/^ +at /m);
  expect(status).toBe(2);
  expect(stderr).toMatch(/Error 2/);
});
