import { gzipSync } from 'node:zlib';
import type { Key } from '../lib/schema.ts';

/** What a key of a document comes to: obeyed, or refused with one error. A key that is not named has no effect. */
export type Effect = 'obeyed' | 'refused';

/** A user data document and what the boot scripts make of it. */
export interface Example {
  name: string;
  document: Buffer;
  /** The worst that 10_userdata says: nothing worth a look, a notice, a warning (unknown keys), an error. */
  says: 'info' | 'notice' | 'warning' | 'error';
  effects: Partial<Record<Key, Effect>>;
}

const GUIDE = `{
  "swap": {
    "size": 2,
    "file": "/swap_till_you_drop"
  },
  "crontab": {
    "ec2-user": "s3://mybucket/ec2config/latest/ec2-user.cron",
    "root": "s3://mybucket/ec2config/latest/root.cron"
  },
  "shell": [
    "echo Hello world",
    "echo Resistance is futile > /tmp/borg"
  ]
}`;

const URL = 's3://bucket/key';
const LONGEST_KEY = 'k'.repeat(1024);

const COMMANDS: unknown[] = [
  'echo one',
  ['echo one'],
  ['echo one', 'echo two'],
  [],
  '',
  [''],
  ' \t ',
  'echo "two\nlines"',
  'cat <<EOF\nhere\nEOF',
  'echo \'single quotes\' "double" `back` $(sub) \\ !',
  'echo ünïcödé 日本語 🚀',
  '# only a comment',
  'exit 0',
  ['cd /tmp', 'pwd'],
  '((((',
  'echo "unfinished',
  ['break', 'continue', 'return'],
  `: ${'x'.repeat(10_000)}`,
  Array.from({ length: 500 }, (_, index) => `: ${index}`),
  '\u0001\u0002\u001b[31mred',
  '\ud800 half a surrogate',
];

const NO_COMMANDS: unknown[] = [
  null,
  0,
  42,
  true,
  {},
  { command: 'echo' },
  [1],
  ['echo one', null],
  ['echo one', ['echo two']],
  [{}],
  'echo \0 NUL',
  ['echo one', 'echo \0'],
  [[]],
];

const SWAPS: unknown[] = [
  {},
  { size: 0 },
  { size: '0' },
  { size: '0.0' },
  { size: 0.0625 },
  { size: '0.0625' },
  { size: ' 0.05 ' },
  { size: 1e-3 },
  { size: 2 },
  { size: '2.5' },
  { size: 1e6 },
  { size: 0.05, file: '/swap' },
  { size: 0.05, file: '/var/lib/deep/er/swap' },
  { size: 0.05, file: '/with space/and\u00fcml\u00e4ut' },
  { size: 0.05, file: '/...' },
  { file: '/swapfile' },
  { size: 0, file: '/etc/passwd' },
];

const NO_SWAPS: unknown[] = [
  null,
  2,
  '2',
  true,
  [],
  [2],
  { size: null },
  { size: true },
  { size: [] },
  { size: [2] },
  { size: {} },
  { size: -1 },
  { size: '-1' },
  { size: '' },
  { size: ' ' },
  { size: '2G' },
  { size: '2 GiB' },
  { size: '0x10' },
  { size: '1e3' },
  { size: '1,5' },
  { size: 'NaN' },
  { size: 'Infinity' },
  { size: 1e-9 },
  { size: '.5' },
  { size: '9'.repeat(400) },
  { size: 1, file: '' },
  { size: 1, file: 'swap' },
  { size: 1, file: './swap' },
  { size: 1, file: '/' },
  { size: 1, file: '/a/' },
  { size: 1, file: '//swap' },
  { size: 1, file: '/a//swap' },
  { size: 1, file: '/a/../swap' },
  { size: 1, file: '/./swap' },
  { size: 1, file: '/a/..' },
  { size: 1, file: '/a\0b' },
  { size: 1, file: '/a\nb' },
  { size: 1, file: null },
  { size: 1, file: 5 },
  { size: 1, file: ['/swap'] },
];

const CRONTABS: unknown[] = [
  {},
  { root: URL },
  { root: URL, daemon: 's3://bucket/other' },
  { root: 's3://bucket/a key+with=signs & more?#%20' },
  { root: 's3://bucket/日本語/🚀.cron' },
  { root: 's3://bucket/a//b/../c/./d/' },
  { root: 's3://bucket//key' },
  { root: `s3://bucket/${LONGEST_KEY}` },
  { root: "s3://bucket/!'()*" },
  { root: 's3://bucket.with.dots/key' },
  { root: 's3://bucket/line\nbreak' },
];

const NO_CRONTABS: unknown[] = [
  null,
  5,
  'root',
  URL,
  true,
  [],
  [URL],
  { root: null },
  { root: 5 },
  { root: '' },
  { root: [URL] },
  { root: {} },
  { root: 'bucket/key' },
  { root: 's3://bucket' },
  { root: 's3://bucket/' },
  { root: 's3:///key' },
  { root: 's3://b/key' },
  { root: 's3://Bucket/key' },
  { root: 'S3://bucket/key' },
  { root: 'https://bucket.s3.amazonaws.com/key' },
  { root: `s3://bucket/${LONGEST_KEY}k` },
  { root: 's3://bucket/\ud800' },
  { root: ` ${URL}` },
];

const FOREIGN: [string, string | Buffer][] = [
  ['cloud-config', '#cloud-config\npackages: [jq]\n'],
  ['cloud-config archive', '#cloud-config-archive\n- type: text/cloud-config\n'],
  ['shell script', '#!/bin/bash\necho {"shell": "echo no"}\n'],
  ['Python script', '#!/usr/bin/env python3\nprint()\n'],
  ['boothook', '#cloud-boothook\n#!/bin/sh\n'],
  ['include', '#include\nhttps://example.com/user-data\n'],
  ['include once', '#include-once\nhttps://example.com/user-data\n'],
  ['part handler', '#part-handler\ndef list_types(): pass\n'],
  ['Jinja template', '## template: jinja\n#cloud-config\n'],
  ['MIME archive', 'Content-Type: multipart/mixed; boundary="//"\nMIME-Version: 1.0\n\n--//\n'],
  ['MIME version first', 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="//"\n'],
  ['gzip', gzipSync('#cloud-config\n')],
  ['gzip of our JSON', gzipSync('{"shell": "echo no"}')],
  ['ZIP', Buffer.from('504b0304', 'hex')],
  ['UTF-16', Buffer.from('\ufeff{"shell": "echo no"}', 'utf16le')],
  ['base64 of our JSON', Buffer.from('{"shell": "echo no"}').toString('base64')],
  ['base64 in lines', Buffer.alloc(150, 'x').toString('base64').replace(/.{76}/g, '$&\n')],
  ['PowerShell', '<powershell>Write-Host</powershell>'],
  ['XML', '<?xml version="1.0"?><shell>echo no</shell>'],
  ['YAML', 'shell: echo no\n'],
  ['YAML document', '---\nshell: echo no\n'],
  ['plain text', 'Hello world, this is for nobody.'],
  ['a word', 'hello'],
  ['JavaScript', 'undefined'],
  ['not a number', 'NaN'],
  ['key=value', 'shell=echo no\nswap=2\n'],
  ['single quotes', "'shell'"],
  ['one NUL', '\0'],
  ['16 KiB of NUL', Buffer.alloc(16_384)],
  ['16 KiB of 0xff', Buffer.alloc(16_384, 0xff)],
  ['16 KiB of one letter', 'x'.repeat(16_384)],
  ['16 KiB of line ends', `x${'\n'.repeat(16_383)}`],
  ['JSON with bytes that are not UTF-8', Buffer.from('{"shell": "echo \xff"}', 'latin1')],
  ['every byte', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
];

const MISTAKES: [string, string][] = [
  ['a list', '[{"shell": "echo no"}]'],
  ['an empty list', '[]'],
  ['a string', '"shell"'],
  ['a number', '42'],
  ['null', 'null'],
  ['true', 'true'],
  ['an infinite number', '1e999'],
  ['cut off', '{"shell": "echo no"'],
  ['only a brace', '{'],
  ['comma at the end', '{"shell": "echo no",}'],
  ['single quotes inside', "{'shell': 'echo no'}"],
  ['a comment', '{"shell": "echo no"} // why not'],
  ['a comment before', '{/* why not */"shell": "echo no"}'],
  ['two objects', '{"shell": "echo no"}{"shell": "echo no"}'],
  ['a line end in a string', '{"shell": "echo\nno"}'],
  ['names without quotes', '{shell: "echo no"}'],
  ['undefined inside', '{"shell": undefined}'],
  ['a leading zero', '{"swap": {"size": 02}}'],
  ['8192 open brackets', '['.repeat(8192)],
  ['16 KiB of open braces', '{"a":'.repeat(3276)],
  ['Jinja left over', '{% if x %}{"shell": "echo no"}{% endif %}'],
];

const ABSENT: [string, string][] = [
  ['nothing', ''],
  ['a space', ' '],
  ['line ends', '\r\n\n'],
  ['a byte order mark', '\ufeff'],
  ['an empty object', '{}'],
  ['an empty object and white space', ' \r\n\t{ }\n '],
];

const UNKNOWN: [string, string, Example['effects']?][] = [
  ['one unknown key', '{"foo": 1}'],
  ['a misspelt key', '{"crontabs": {"root": "s3://bucket/key"}}'],
  ['upper case', '{"SHELL": "echo no"}'],
  ['a misspelt key beside a good one', '{"shel": "echo no", "shell": "echo yes"}', { shell: 'obeyed' }],
  ['an unknown sub-key', '{"swap": {"sise": 2}}', { swap: 'obeyed' }],
  ['an empty name', '{"": 1}'],
  ['names of objects', '{"__proto__": {"shell": "echo no"}, "constructor": 1, "toString": 2}'],
  ['a prototype with our key', '{"__proto__": {"swap": {"size": 1}}}'],
  ['a name of 15 KiB', JSON.stringify({ ['x'.repeat(15_000)]: 1 })],
  ['a name with line ends and escapes', '{"a\\nb\\u001b[31m": 1}'],
  ['1500 names', JSON.stringify(Object.fromEntries(Array.from({ length: 1500 }, (_, index) => [`k${index}`, 1])))],
  ['deep in a key of nobody', `{"deep": ${'['.repeat(7000)}${']'.repeat(7000)}}`],
  ['for lava alone', '{"lava": {"realm": "x"}, "shell": "echo yes"}', { shell: 'obeyed' }],
];

const TOGETHER: [string, string, Example['effects']][] = [
  ["the guide's example", GUIDE, { swap: 'obeyed', crontab: 'obeyed', shell: 'obeyed' }],
  ['with a byte order mark', `\ufeff${GUIDE}`, { swap: 'obeyed', crontab: 'obeyed', shell: 'obeyed' }],
  ['with CRLF', GUIDE.replaceAll('\n', '\r\n'), { swap: 'obeyed', crontab: 'obeyed', shell: 'obeyed' }],
  ['swap wrong, the rest right', '{"swap": 2, "shell": "echo yes"}', { swap: 'refused', shell: 'obeyed' }],
  ['all four wrong', '{"swap": 2, "shell": 2, "shell0": 2, "crontab": 2}', all('refused')],
  ['all four null', '{"swap": null, "shell": null, "shell0": null, "crontab": null}', all('refused')],
  ['all four empty', '{"swap": {}, "shell": [], "shell0": "", "crontab": {}}', all('obeyed')],
  ['the same key twice', '{"shell": 5, "shell": "echo yes"}', { shell: 'obeyed' }],
  ['escaped names', '{"\\u0073hell": "echo yes"}', { shell: 'obeyed' }],
  ['users with names of objects', `{"crontab": {"__proto__": "${URL}", "toString": "${URL}"}}`, { crontab: 'obeyed' }],
  ['such a user, wrong', '{"crontab": {"constructor": 5}}', { crontab: 'refused' }],
  ['one user of two wrong', '{"crontab": {"root": "s3://bucket/key", "daemon": 5}}', { crontab: 'refused' }],
];

function all(effect: Effect): Example['effects'] {
  return { swap: effect, shell: effect, shell0: effect, crontab: effect };
}

function values(keys: Key[], list: unknown[], effect: Effect): Example[] {
  return keys.flatMap(key =>
    list.map(value => {
      const document = Buffer.from(JSON.stringify({ [key]: value }));
      return { name: document.toString().slice(0, 60), document, says: 'info' as const, effects: { [key]: effect } };
    }),
  );
}

function family(list: [string, string | Buffer, Example['effects']?][], says: Example['says']): Example[] {
  return list.map(([name, document, effects = {}]) => ({ name, document: Buffer.from(document), says, effects }));
}

export const EXAMPLES: Example[] = [
  ...values(['shell', 'shell0'], COMMANDS, 'obeyed'),
  ...values(['shell', 'shell0'], NO_COMMANDS, 'refused'),
  ...values(['swap'], SWAPS, 'obeyed'),
  ...values(['swap'], NO_SWAPS, 'refused'),
  ...values(['crontab'], CRONTABS, 'obeyed'),
  ...values(['crontab'], NO_CRONTABS, 'refused'),
  ...family(FOREIGN, 'notice'),
  ...family(MISTAKES, 'error'),
  ...family(ABSENT, 'info'),
  ...family(UNKNOWN, 'warning'),
  ...family(TOGETHER, 'info'),
];
