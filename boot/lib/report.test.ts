import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { motd, readReport, recordScript, type ScriptReport, summary, table } from './report.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lava-boot-report-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function script(name: string, more: Partial<ScriptReport> = {}): ScriptReport {
  return { name, status: 'ok', startedAt: '2026-01-01T00:00:00.000Z', durationMs: 120, did: [], problems: [], ...more };
}

const failed = script('20_swap', { status: 'failed', problems: ["it doesn't fit"], did: ['looked'] });

it('keeps one entry per script, the last one', () => {
  recordScript(script('00_aws_region', { did: ['region us-east-1'] }), folder);
  recordScript(failed, folder);
  recordScript(script('20_swap'), folder);
  expect(readReport(folder)?.scripts.map(({ name, status }) => [name, status])).toEqual([
    ['00_aws_region', 'ok'],
    ['20_swap', 'ok'],
  ]);
  expect(readdirSync(folder)).toEqual(['boot.json']);
});

it('has a message of the day in trouble only', () => {
  recordScript(failed, folder);
  expect(readFileSync(join(folder, 'motd'), 'utf8')).toBe('A boot script failed: 20_swap. See: lava-boot status\n');
  recordScript(script('99_shell', { status: 'failed' }), folder);
  expect(readFileSync(join(folder, 'motd'), 'utf8')).toContain('2 boot scripts failed: 20_swap, 99_shell.');
  recordScript(script('20_swap'), folder);
  recordScript(script('99_shell'), folder);
  expect(existsSync(join(folder, 'motd'))).toBe(false);
});

it.each(['', '{"scripts": [', 'null', '[]', '5', '{"scripts": {}}'])('starts anew when the report is %j', text => {
  writeFileSync(join(folder, 'boot.json'), text);
  expect(readReport(folder)).toBeUndefined();
  recordScript(failed, folder);
  expect(readReport(folder)?.scripts).toHaveLength(1);
});

it('shows no control characters, whatever a script or its name holds', () => {
  const odd = 'a\u001b[31m\u202e\nb';
  const report = { startedAt: 'then', scripts: [script(odd, { status: 'failed', problems: [odd], did: [odd] })] };
  for (const text of [summary(report), motd(report)!, ...table(report).split('\n')]) {
    expect(text).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
  }
  expect(table(report).split('\n')).toHaveLength(3);
});

it('is one line for syslog and a table for people', () => {
  const report = {
    startedAt: '2026-01-01T00:00:00.000Z',
    finishedAt: '2026-01-01T00:00:01.500Z',
    durationMs: 1500,
    scripts: [
      script('00_aws_region', { did: ['region us-east-1\nsecond line'] }),
      failed,
      script('99_shell', { status: 'running' }),
    ],
  };
  delete report.scripts[2]!.durationMs;
  expect(summary(report)).toBe(
    "1.5 s in all: 00_aws_region ok 0.1 s (region us-east-1\\u000asecond line); 20_swap failed 0.1 s (it doesn't fit, looked); 99_shell running ...",
  );
  expect(table(report).split('\n')).toEqual([
    'Boot scripts, started 2026-01-01T00:00:00.000Z, took 1.5 s',
    '  00_aws_region  ok         0.1 s  region us-east-1\\u000asecond line',
    "  20_swap        FAILED     0.1 s  it doesn't fit",
    '                                   looked',
    '  99_shell       running      ...',
  ]);
  expect(motd({ ...report, scripts: [] })).toBeUndefined();
});
