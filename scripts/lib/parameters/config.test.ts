import { expect, it } from 'vitest';
import type { Problem } from '../command/problems.ts';
import { parseConfig } from './config.ts';

function read(text: string, env = 'dev') {
  const problems: Problem[] = [];
  const { parameters, accountId, notes } = parseConfig(text, 'c.yaml', env, problems);
  const values = Object.fromEntries([...parameters].map(([name, { value }]) => [name, value]));
  return {
    values,
    account: accountId?.value,
    notes,
    problems: problems.map(({ message, fix }) => `${message}. ${fix}`),
  };
}

/** Of the processor: the machine may have much else to do. */
function millisecondsSince(started: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}

it.each([
  ['of an environment', 'base: &b {account_id: 1, ami: {ip: public}}\ndev: {<<: *b}\n', { ip: 'public' }, '1'],
  [
    'of a section',
    'x: {ami: &b {ip: public, tz: UTC}}\ndev: {ami: {<<: *b, tz: A/B}}\n',
    { ip: 'public', tz: 'A/B' },
    undefined,
  ],
  ['after its own keys', 'x: &b {ip: public}\ndev: {ami: {ip: private, <<: *b}}\n', { ip: 'private' }, undefined],
  [
    'of a list: the earlier wins',
    'x: [&a {ip: a}, &b {ip: b, tz: b}]\ndev: {ami: {<<: [*a, *b]}}\n',
    { ip: 'a', tz: 'b' },
    undefined,
  ],
  ['of what merges itself', 'x: &a {account_id: 7}\ny: &b {<<: *a}\ndev: {<<: *b}\n', {}, '7'],
  ['of all environments', 'x: &a {dev: {account_id: 7}}\n<<: *a\n', {}, '7'],
  ['of what stands there itself', 'dev: {<<: {account_id: 7}}\n', {}, '7'],
  [
    'below a parameter',
    'x: &a {version: 3.10}\ndev: {ami: {python: {<<: *a}}}\n',
    { python_version: '3.10' },
    undefined,
  ],
  ['whose anchor was given anew', 'x: [&a {ip: a}, &a {ip: b}]\ndev: {ami: {<<: *a}}\n', { ip: 'b' }, undefined],
  ['of itself, which adds nothing', 'dev: &a {<<: *a, account_id: 7}\n', {}, '7'],
])('a merge %s', (_what, text, values, account) => {
  expect(read(text)).toMatchObject({ values, account, problems: [] });
});

it.each([
  ['an alias without an anchor', 'dev: {<<: *none}\n', 'what is merged here (<<) is no section'],
  ['text', 'dev: {<<: text}\n', 'what is merged here (<<) is no section'],
  ['a list with text in it', 'x: &a {}\ndev: {<<: [*a, text]}\n', 'what is merged here (<<) is no section'],
  ['nothing', 'dev: {<<: }\n', 'what is merged here (<<) is no section'],
  ['twice', 'x: &a {}\ndev: {<<: *a, <<: *a}\n', 'the same key stands here twice'],
])('a merge of %s is a problem', (_what, text, message) => {
  expect(read(text).problems).toEqual([expect.stringContaining(message)]);
});

it('a quoted << is a key', () => {
  expect(read('x: &a {ip: b}\ndev: {ami: {"<<": *a}}\n').problems).toEqual([
    expect.stringMatching('dev.ami.<< is not'),
  ]);
});

it('an empty value is empty', () => {
  expect(read('dev: {account_id: , ami: {? ip}}\n')).toMatchObject({ account: '', values: { ip: '' }, problems: [] });
});

it('items of a list may be aliases', () => {
  expect(read('x: &a sg-1\ndev: {ami: {sg: [*a, sg-2]}}\n')).toMatchObject({
    values: { sg: 'sg-1,sg-2' },
    problems: [],
  });
});

it('a second document is said to be one', () => {
  expect(read('dev: {}\n---\nprod: {}\n').problems).toEqual([expect.stringContaining('a second document begins here')]);
});

it('what an environment has beside is named, and may be there', () => {
  expect(read('dev:\n  acount_id: 1\n  code: {}\n')).toMatchObject({
    notes: ['c.yaml: of dev, only _, account_id, ami are read here, and not: acount_id (line 2), code (line 3).'],
    problems: [],
  });
});

it('a key below a parameter that nobody knows is named', () => {
  expect(read('dev: {ami: {python: {versoin: 3}}}\n').problems).toEqual([
    'dev.ami.python.versoin is not a parameter. Did you mean version?',
  ]);
});

it.each([
  [30_000, 'of the section', 'dev:\n  ami:\n', '    '],
  [9_000, 'of the environment', 'dev:\n', '  '],
  [9_000, 'of the file', 'dev: {}\n', ''],
])('%i unknown keys %s take no time', (length, _what, start, indent) => {
  const keys = Array.from({ length }, (_, n) => `${indent}what-${n}-is-this: x\n`).join('');
  const started = process.cpuUsage();
  const { problems } = read(start + keys);
  expect(millisecondsSince(started)).toBeLessThan(5_000);
  expect(problems.length).toBeLessThan(30);
});

it('neither do merges of merges, nor aliases of aliases', () => {
  const levels = Array.from(
    { length: 40 },
    (_, n) => `l${n + 1}: &l${n + 1} {<<: [${Array(9).fill(`*l${n}`)}]}\n`,
  ).join('');
  const started = process.cpuUsage();
  expect(read(`l0: &l0 {account_id: 7}\n${levels}dev: {<<: *l40}\n`).account).toBe('7');
  expect(millisecondsSince(started)).toBeLessThan(5_000);
});
