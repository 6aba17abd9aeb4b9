import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { openSyslog } from './syslog.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder('lava-boot-syslog-');
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
});

function loggerThat(body: string): string {
  const path = join(folder, 'logger');
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

it('hands one logger all lines, with facility local0 and their severities', async () => {
  const logger = loggerThat(`echo "$@" >> ${folder}/out; cat >> ${folder}/out`);
  const syslog = openSyslog('rclocal.x', { logger });
  syslog.write('error', 'one');
  syslog.write('warning', 'two\nlines');
  syslog.write('notice', 'three\u001b[31m\u0000');
  syslog.write('info', 'ünï');
  await syslog.close();
  const [options, ...lines] = readFileSync(join(folder, 'out'), 'utf8').trim().split('\n');
  expect(options).toContain('--tag rclocal.x --priority local0.info --prio-prefix');
  expect(lines).toEqual(['<131>one', '<132>two', '<132>lines', '<133>three\\u001b[31m\\u0000', '<134>ünï']);
  expect(console.error).not.toHaveBeenCalled();
});

it.each([
  ['that fails', 'exit 1'],
  ['that dies early', 'exec < /dev/null; exit 1'],
])('does not lose lines with a logger %s', async (_, body) => {
  const syslog = openSyslog('rclocal.x', { logger: loggerThat(body) });
  syslog.write('error', 'one');
  await syslog.close();
  expect(console.error).toHaveBeenCalledWith('rclocal.x: error: one');
});

it('does not lose lines where there is no logger', async () => {
  const syslog = openSyslog('rclocal.x', { logger: '/no/such/logger' });
  syslog.write('info', 'one');
  await syslog.close();
  expect(console.error).toHaveBeenCalledWith('rclocal.x: info: one');
});

it('starts no logger for nothing', async () => {
  await openSyslog('rclocal.x', { logger: '/no/such/logger' }).close();
  expect(console.error).not.toHaveBeenCalled();
});
