import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runScripts } from './run-scripts.ts';

let folder: string;
let lines: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lava-boot-run-'));
  mkdirSync(join(folder, 'rc.d'));
  lines = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

function script(name: string, body: string, mode = 0o755) {
  writeFileSync(join(folder, 'rc.d', name), body);
  chmodSync(join(folder, 'rc.d', name), mode);
}

async function run() {
  const syslog = {
    write: (severity: string, text: string) => void lines.push(`${severity}: ${text}`),
    close: async () => {},
  };
  const report = await runScripts(join(folder, 'rc.d'), join(folder, 'run'), syslog);
  expect(JSON.parse(readFileSync(join(folder, 'run/boot.json'), 'utf8'))).toEqual(report);
  return report.scripts.map(({ name, status, problems }) => [name, status, ...problems]);
}

it('runs everything executable in order, whatever happens', async () => {
  const trace = join(folder, 'trace');
  const tell = `#!/bin/sh\necho "$(basename "$0") $(echo "$PATH" | cut -d: -f1)" >> ${trace}\n`;
  script('50_last', tell);
  script('00_first', tell);
  script('10_fails', `${tell}exit 3\n`);
  script('20_dies', `${tell}kill -9 $$\n`);
  script('30_not_executable', tell, 0o644);
  script('40_no_interpreter', '#!/no/such/thing\n');
  for (const name of ['.hidden', '10_fails~', '10_fails.bak', '10_fails.rpmsave', '10_fails.dpkg-old'])
    script(name, tell);
  mkdirSync(join(folder, 'rc.d/45_folder'));
  expect(await run()).toEqual([
    ['00_first', 'ok'],
    ['10_fails', 'failed', 'ended with status 3'],
    ['20_dies', 'failed', 'ended with signal SIGKILL'],
    ['40_no_interpreter', 'failed', expect.stringContaining('an error before it ran: spawn')],
    ['50_last', 'ok'],
  ]);
  expect(readFileSync(trace, 'utf8')).toBe(
    ['00_first', '10_fails', '20_dies', '50_last'].map(name => `${name} /usr/local/bin\n`).join(''),
  );
  expect(lines).toEqual([
    expect.stringMatching(/^error: .* in all: 00_first ok .*; 10_fails failed .*; 50_last ok [\d.]+ s$/),
  ]);
});

it('keeps what a script says of itself', async () => {
  const report = {
    startedAt: 'then',
    scripts: [
      { name: '10_own', status: 'failed', startedAt: 'then', durationMs: 1, did: [], problems: ['its own words'] },
    ],
  };
  script('10_own', `#!/bin/sh\necho '${JSON.stringify(report)}' > ${folder}/run/boot.json\nexit 1\n`);
  expect(await run()).toEqual([['10_own', 'failed', 'its own words']]);
});

it('has nothing to say of no scripts', async () => {
  expect(await run()).toEqual([]);
  expect(lines).toEqual([expect.stringMatching(/^info: 0.0 s in all: no scripts$/)]);
});
