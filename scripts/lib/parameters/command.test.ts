import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { command } from './command.ts';
import type { Declaration } from './parameter.ts';

const DECLARED = [
  { name: 'ami', meaning: 'Image', example: 'ami-1', required: true },
  { name: 'confirm', meaning: 'yes does it', example: 'yes', kind: 'yes/no' },
] as const satisfies Declaration;

let said: string;

beforeEach(() => {
  said = '';
  vi.spyOn(console, 'error').mockImplementation(text => {
    said += `${text}\n`;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = undefined; // vitest would end with it
});

function give(given: Record<string, string>): void {
  vi.stubEnv('PARAMETERS', Object.keys(given).join(' '));
  for (const [name, value] of Object.entries(given)) vi.stubEnv(`PARAMETER_${name}`, value);
}

it('a command gets typed values, and ends well', async () => {
  give({ ami: 'ami-1', confirm: 'yes' });
  const body = vi.fn();
  await command(DECLARED, async ({ values }) => body(values));
  expect(body).toHaveBeenCalledExactlyOnceWith({ ami: 'ami-1', confirm: true });
  expect(process.exitCode).toBeUndefined();
});

it('everything that is wrong is said at once, and the command is not run', async () => {
  give({ confirm: 'perhaps', amy: 'x' });
  const body = vi.fn();
  await command(DECLARED, body);
  expect(body).not.toHaveBeenCalled();
  expect(said).toContain('There are 3 problems');
  expect(said).toContain('ami: is missing');
  expect(said).toContain('confirm "perhaps" (command line): is not one of the allowed values');
  expect(said).toContain('amy (command line): is not a parameter');
  expect(process.exitCode).toBe(2);
});

it('a command that finds problems itself gets those that there are', async () => {
  give({ confirm: 'yes' });
  const body = vi.fn();
  await command(DECLARED, async ({ problems, values }) => body(problems.length, values.confirm), { unchecked: true });
  expect(body).toHaveBeenCalledExactlyOnceWith(1, true);
});
