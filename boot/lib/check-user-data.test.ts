import { execFileSync, spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { checkUserData } from './check-user-data.ts';

function check(document: string | Buffer): string[] {
  return checkUserData(Buffer.from(document)).map(({ line, column, message }) => `${line}:${column} ${message}`);
}

it('is content with what the boot scripts obey', () => {
  expect(check('{"shell": ["echo"], "swap": {"size": "2"}}')).toEqual([]);
  expect(check('')).toEqual([]);
  expect(check('{}')).toEqual([]);
});

it('finds everything, with line and column', () => {
  const document = `{
  "shell": ["x", 4],
  "shel": 1,
  "swap": {"size": -1,
           "fil": "/x"},
  "crontab": {"a": "s3://bucket/key",
              "b": "nowhere", "a": "s3://bucket/key"},
  "swap": {"size": -1, "fil": "/x"}
}`;
  expect(check(document)).toEqual([
    '2:18 shell[1] must be a string',
    '3:3 unknown key "shel"; the nearest known is shell',
    '4:12 swap.size must not be negative',
    '5:12 unknown key "fil" in swap; the nearest known is file',
    '7:15 crontab.b must look like s3://bucket/key',
    '7:31 the key "a" stands here again; only the last one counts',
    '8:3 the key "swap" stands here again; only the last one counts',
  ]);
});

it.each([
  ['{"shell": "x",}', '1:15 this is not JSON from here on: property name expected'],
  ['{"shell": "x"', '1:14 this is not JSON from here on: close brace expected'],
  ['{"shell": "a\nb"}', '1:11 this is not JSON from here on: unexpected end of string'],
  ['{\n// why\n"shell": "x"}', '2:1 this is not JSON from here on: invalid comment token'],
  ['{"shell": "x"} x', '1:16 this is not JSON from here on: invalid symbol'],
  ['[]', '1:1 user data must be a JSON object, not a list'],
  ['null', '1:1 user data must be a JSON object, not null'],
  [
    '#cloud-config\n',
    '1:1 this is not JSON but looks like cloud-config of cloud-init: the boot scripts would do nothing',
  ],
  ['['.repeat(16_000), '1:1 this is not JSON, and nested too deeply to say where it breaks'],
])('explains %j', (document, problem) => {
  expect(check(document)).toEqual([problem]);
});

it('counts bytes, not characters', () => {
  const fits = JSON.stringify({ shell: 'ü'.repeat(8_000) });
  expect(Buffer.byteLength(fits)).toBeLessThan(16_384);
  expect(check(fits)).toEqual([]);
  expect(check(JSON.stringify({ shell: 'ü'.repeat(8_200) }))).toEqual([
    '1:8198 the document has 16412 bytes, and EC2 accepts 16384: here is where they end',
  ]);
});

const program = new URL('../commands/check-user-data.ts', import.meta.url).pathname;

it('is a program that takes standard input', () => {
  const fine = execFileSync(process.execPath, [program, '-'], { input: '{"shell": "x"}', encoding: 'utf8' });
  expect(fine).toBe('standard input: fine, 14 bytes, with shell\n');
  const bad = spawnSync(process.execPath, [program, '-'], { input: '{"shel": "x"}', encoding: 'utf8' });
  expect([bad.status, bad.stderr]).toEqual([2, 'standard input:1:2: unknown key "shel"; the nearest known is shell\n']);
});

it('explains a missing file and missing arguments', () => {
  const missing = spawnSync(process.execPath, [program, '/no/such/file'], { encoding: 'utf8' });
  expect([missing.status, missing.stderr]).toEqual([2, expect.stringContaining('cannot be read: ENOENT')]);
  expect(spawnSync(process.execPath, [program], { encoding: 'utf8' })).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^usage:/),
  });
});
