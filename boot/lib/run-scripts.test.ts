import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MARK } from './one-process.ts';
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

/** A script as the build makes them, which ends by itself once the body has run. */
function ours(name: string, body: string) {
  const library = join(import.meta.dirname, 'one-process.ts');
  const load = `const fs = require('node:fs');\nconst { runHere } = require('${library}');`;
  const tell = `fs.appendFileSync('${folder}/trace', '${name} ' + process.pid + '\\n');`;
  const work = `(async () => {
    ${body}
    const report = JSON.parse(fs.readFileSync('${folder}/run/boot.json'));
    report.scripts.at(-1).status = 'ok';
    fs.writeFileSync('${folder}/run/boot.json', JSON.stringify(report));
    await runHere(process.argv.splice(2), '${folder}/run');
  })()`;
  script(name, `#!${process.execPath}\n${MARK}\n${load}\n${tell}\nexports.ended = ${work};\n`);
}

/** Which scripts ran, those of one process in one list. */
function processes(): string[][] {
  const groups = new Map<string, string[]>();
  for (const line of readFileSync(join(folder, 'trace'), 'utf8').trim().split('\n')) {
    const [name = '', pid = ''] = line.split(' ');
    groups.set(pid, [...(groups.get(pid) ?? []), name]);
  }
  return [...groups.values()];
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

it('runs those of ours that follow each other in one process', async () => {
  ours('00_ours', '');
  ours('10_ours', 'await new Promise(resolve => setTimeout(resolve, 50));');
  script('20_foreign', `#!/bin/sh\necho "20_foreign $$ $#" >> ${folder}/trace\n`);
  ours('30_ours', '');
  ours('40_ours', '');
  expect((await run()).map(([, status]) => status)).toEqual(Array(5).fill('ok'));
  expect(processes()).toEqual([['00_ours', '10_ours'], ['20_foreign'], ['30_ours', '40_ours']]);
});

it.each([
  ['is killed', "process.kill(process.pid, 'SIGKILL');", 'ended with signal SIGKILL'],
  ['ends the process', 'process.exit(3);', 'ended with status 3'],
])('gives the next script a new process when one of ours %s', async (_, death, problem) => {
  ours('00_ours', '');
  ours('10_dies', death);
  ours('20_ours', '');
  ours('30_ours', '');
  expect(await run()).toEqual([
    ['00_ours', 'ok'],
    ['10_dies', 'failed', problem],
    ['20_ours', 'ok'],
    ['30_ours', 'ok'],
  ]);
  expect(processes()).toEqual([
    ['00_ours', '10_dies'],
    ['20_ours', '30_ours'],
  ]);
});

it.each([
  ['undefined', 'this was thrown: undefined'],
  ["'a\\nb'", String.raw`this was thrown: 'a\nb'`],
  ['new Error()', expect.stringMatching(/Error: \(no message\), at .*10_throws:/)],
])('names the script and what it threw: %s', async (thrown, words) => {
  ours('00_ours', '');
  ours('10_throws', `throw ${thrown};`);
  ours('20_ours', '');
  script('30_broken', `#!${process.execPath}\n${MARK}\nthrow ${thrown};\n`);
  ours('40_ours', '');
  const problem = typeof words === 'string' ? `it could not be run: ${words}` : words;
  expect(await run()).toEqual([
    ['00_ours', 'ok'],
    ['10_throws', 'failed', problem],
    ['20_ours', 'ok'],
    ['30_broken', 'failed', typeof words === 'string' ? problem : expect.stringContaining('30_broken:')],
    ['40_ours', 'ok'],
  ]);
  expect(readFileSync(join(folder, 'run/motd'), 'utf8')).toBe(
    '2 boot scripts failed: 10_throws, 30_broken. See: lava-boot status\n',
  );
});

it('runs what is there when its turn comes', async () => {
  const foreign = `#!/bin/sh\necho "10_replaced $$" >> ${folder}/trace\n`;
  ours(
    '00_replaces',
    `fs.writeFileSync('${folder}/rc.d/10_replaced', ${JSON.stringify(foreign)}); fs.rmSync('${folder}/rc.d/20_removed');`,
  );
  ours('10_replaced', '');
  ours('20_removed', '');
  ours('30_ours', '');
  expect(await run()).toEqual([
    ['00_replaces', 'ok'],
    ['10_replaced', 'ok'],
    ['20_removed', 'failed', expect.stringContaining('an error before it ran')],
    ['30_ours', 'ok'],
  ]);
  expect(processes()).toEqual([['00_replaces'], ['10_replaced'], ['30_ours']]);
});
