import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { recorder } from '../test/recorder.ts';
import { runCommands } from './shell.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder('lava-boot-shell-');
});

/** Runs commands that write to $OUT; gives what was written, what was done, and the error if there was one. */
async function run(...commands: string[]) {
  const { journal } = recorder();
  const out = join(folder, 'out');
  const export_ = `export OUT='${out}'`;
  let error = '';
  try {
    await runCommands([export_, ...commands.map(command => command.replaceAll('$OUT', out))], 'test', journal, folder);
  } catch (thrown) {
    error = (thrown as Error).message;
  }
  let text = '';
  try {
    text = readFileSync(out, 'utf8');
  } catch {}
  expect(readdirSync(folder).filter(name => name !== 'out')).toEqual([]);
  return { text, error, done: journal.done };
}

it('runs in one shell, as who runs it, from /dev/null', async () => {
  const { text, error } = await run(
    'cd /usr; x=5; f() { echo "f $1"; }',
    'pwd >> $OUT; f $x >> $OUT',
    'cat >> $OUT; id -u >> $OUT',
  );
  expect(text).toBe(`/usr\nf 5\n${process.getuid!()}\n`);
  expect(error).toBe('');
});

it('goes on after failures and tells of each', async () => {
  const { text, error, done } = await run(
    'false',
    'echo a >> $OUT',
    'nosuchprogram',
    '(exit 300)',
    'kill -9 $BASHPID &  wait $!',
    'echo b >> $OUT',
  );
  expect(text).toBe('a\nb\n');
  expect(error).toBe(
    'failed: command 2 of 7 (status 1), command 4 of 7 (status 127), command 5 of 7 (status 44), command 6 of 7 (status 137)',
  );
  expect(done).toEqual(['ran 7 commands']);
});

it.each([
  ['exit 3', 'status 3'],
  ['exec false', 'status 1'],
  ['set -e; false', 'status 1'],
  ['kill -9 $$', 'signal SIGKILL'],
])('gives the rest a new shell after %s', async (command, how) => {
  const { text, error, done } = await run('echo a >> $OUT', command, 'echo b >> $OUT');
  expect(text).toBe('a\nb\n');
  expect(error).toBe(`failed: command 3 of 4 (${how})`);
  expect(done[0]).toBe(`command 3 of 4 ended the shell (${how}); a new one goes on`);
});

it('takes exit 0 for success', async () => {
  expect(await run('exit 0', 'echo b >> $OUT')).toMatchObject({ text: 'b\n', error: '' });
  expect(await run('echo c >> $OUT; exit')).toMatchObject({ text: 'b\nc\n', error: '' });
});

it('is not misled by syntax errors, quotes and words that steer loops', async () => {
  const commands = [
    '((((',
    'echo "unfinished',
    "echo 'it'\\''s' >> $OUT",
    'break',
    'continue',
    'return 3',
    'cat >> $OUT <<EOF\nhere $((1+1))\nEOF',
    'fi',
  ];
  const { text, error } = await run(...commands, 'echo end >> $OUT');
  expect(text).toBe("it's\nhere 2\nend\n");
  expect(error).toContain('command 2 of 10');
  expect(error).toContain('command 3 of 10');
  expect(error).toContain('command 9 of 10');
});

it('keeps commands to itself: not in the list of processes, not in descriptors, not in variables', async () => {
  const { text } = await run(
    'secret=hunter2; tr "\\0" " " < /proc/$$/cmdline >> $OUT; (ls /proc/self/fd | tr "\\n" " ") >> $OUT; echo >> $OUT',
    'echo "[$lava_commands]" >> $OUT',
  );
  expect(text).not.toContain('hunter2');
  const descriptors = text.split('\n').at(-3)!.trim().split(' ').slice(0, 4);
  expect(descriptors).not.toContain('4');
  expect(descriptors).not.toContain('5');
  expect(text).toMatch(/\[\]\n$/);
});

it('does not wait for what goes on in the background', async () => {
  const start = performance.now();
  await run('sleep 5 &', '(sleep 5; true) & disown', 'setsid sleep 5 &');
  expect(performance.now() - start).toBeLessThan(2_000);
});

it('keeps reporting when a command takes over the output', async () => {
  const { text, error } = await run('exec > $OUT 2>&1', 'echo here', 'false', 'exec 4>&- 5>&-', 'false');
  expect(text).toBe('here\n');
  expect(error).toContain('command 4 of 6 (status 1)');
});

it('runs long and many commands', async () => {
  const { text, error } = await run(
    `x=${'y'.repeat(15_000)}; echo \${#x} >> $OUT`,
    ...Array.from({ length: 300 }, () => 'printf . >> $OUT'),
  );
  expect(error).toBe('');
  expect(text).toBe(`15000\n${'.'.repeat(300)}`);
});
