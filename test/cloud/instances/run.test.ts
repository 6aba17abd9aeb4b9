import { expect, test } from 'vitest';
import { run } from './run.ts';

test('gives what a program printed, whatever its arguments are', async () => {
  const odd = ["it's", '$HOME `id`', '', 'a\nb', '\\', '*'];
  expect(await run('printf', '%s|', ...odd)).toBe(`${odd.join('|')}|`);
});

test('a failure says what was run, and what it complained about or how it ended', async () => {
  await expect(run('sh', '-c', 'echo no such luck >&2; exit 3')).rejects.toThrow(/^sh -c .*: no such luck$/);
  await expect(run('sh', '-c', 'exit 3')).rejects.toThrow(/: ended with status 3$/);
  await expect(run('sh', '-c', 'kill -KILL $$')).rejects.toThrow(/: ended by SIGKILL$/);
  await expect(run('/nonexistent/program')).rejects.toThrow(/nonexistent\/program: No such file or directory/);
});

test('a program is a child of this very process, which it may want to die with', async () => {
  expect((await run('sh', '-c', 'echo $PPID')).trim()).toBe(String(process.pid));
});
