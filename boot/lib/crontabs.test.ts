import { beforeEach, expect, it } from 'vitest';
import { recorder } from '../test/recorder.ts';
import type { Command } from './command.ts';
import { installCrontabs } from './crontabs.ts';
import { Failure } from './failure.ts';

/** A cron as far as `crontab` and `getent` show it, which refuses a crontab with a line `bad`. */
let tables: Record<string, string>;
let installs: string[];
const users = ['root', 'daemon', 'ec2-user'];

const command: Command = async (program, args, input) => {
  const answer = (status: number, stdout = '', stderr = '') => ({ status, stdout, stderr });
  if (program === 'getent') {
    const name = args[2] === '0' ? 'root' : args[2];
    return users.includes(name!) ? answer(0, `${name}:x:0:0::/:/bin/sh\n`) : answer(2);
  }
  const user = args[args.indexOf('-u') + 1]!;
  if (args[0] === '-l') return user in tables ? answer(0, tables[user]) : answer(1, '', `no crontab for ${user}`);
  if (input!.toString().includes('bad'))
    return answer(1, '', '"-":1: bad minute\nerrors in crontab file, can\'t install.');
  tables[user] = input!.toString();
  installs.push(user);
  return answer(0);
};

const objects: Record<string, string> = {
  'bucket/good': '* * * * * true\n',
  'bucket/other': '@daily true\n',
  'bucket/bad': 'bad\n',
  'bucket/unfinished': '* * * * * true',
  'bucket/windows': '* * * * * true\r\n',
  'bucket/binary': '* * * * * \0\n',
  'bucket/empty': '',
};

const connect = async () => async (bucket: string, key: string) => {
  const object = objects[`${bucket}/${key}`];
  if (object === undefined) throw new Failure('there is no such object (NoSuchKey)');
  return Buffer.from(object);
};

async function install(value: unknown) {
  const { journal } = recorder();
  await installCrontabs(value, connect, journal, command);
  return { done: journal.done.sort(), problems: journal.problems.sort() };
}

beforeEach(() => {
  tables = {};
  installs = [];
});

it('installs for several users', async () => {
  const { done, problems } = await install({ root: 's3://bucket/good', 'ec2-user': 's3://bucket/other' });
  expect(problems).toEqual([]);
  expect(done).toEqual(['crontab of ec2-user installed', 'crontab of root installed']);
  expect(tables).toEqual({ root: objects['bucket/good'], 'ec2-user': objects['bucket/other'] });
});

it('does not touch what is the same already', async () => {
  await install({ root: 's3://bucket/unfinished' });
  const { done } = await install({ root: 's3://bucket/unfinished' });
  expect(done).toEqual(['crontab of root unchanged']);
  expect(installs).toEqual(['root']);
  expect(tables.root).toBe('* * * * * true\n');
});

it('installs an empty one over a full one', async () => {
  tables.root = 'old\n';
  await install({ root: 's3://bucket/empty' });
  expect(tables.root).toBe('');
});

it.each([
  ['s3://bucket/bad', /the crontab was refused: "-":1: bad minute; errors in crontab file/],
  ['s3://bucket/windows', /Windows line ends/],
  ['s3://bucket/binary', /binary data/],
  ['s3://bucket/missing', /there is no such object/],
])('keeps the old one for %s, and serves the others', async (url, words) => {
  tables.root = 'old\n';
  const { problems } = await install({ root: url, daemon: 's3://bucket/good' });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(words);
  expect(problems[0]).toContain(`crontab of root from ${url}`);
  expect(tables).toEqual({ root: 'old\n', daemon: objects['bucket/good'] });
});

it.each(['nobody-here', '0', '-l', '', 'root:x', 'a\nb', '../root', 'constructor'])('knows no user %j', async user => {
  const { problems } = await install({ [user]: 's3://bucket/good' });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain('there is no such user');
  expect(tables).toEqual({});
});

it('takes one wrong value for one error', async () => {
  const { done, problems } = await install({ root: 5, daemon: 's3://bucket/good' });
  expect(problems).toEqual(['crontab.root must be a string, s3://bucket/key: no crontab was installed for that user']);
  expect(done).toEqual(['crontab of daemon installed']);
});

it('asks for credentials only when there is something to fetch', async () => {
  const { journal } = recorder();
  const noCredentials = async () => {
    throw new Failure('this instance has no role');
  };
  await installCrontabs({}, noCredentials, journal, command);
  const asked = installCrontabs({ root: 's3://bucket/good' }, noCredentials, journal, command);
  await expect(asked).rejects.toThrow('no crontab was fetched: this instance has no role');
});
