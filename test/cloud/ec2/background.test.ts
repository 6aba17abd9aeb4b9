import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Background } from './background.ts';

test('what concerns the same key runs in order, the rest side by side; failures are told and stop nothing', async () => {
  const log: string[] = [];
  const done: string[] = [];
  const background = new Background(line => log.push(line));
  background.run('a', 'first', async () => {
    await setTimeout(20);
    done.push('a1');
    throw new Error('no luck');
  });
  background.run('a', 'second', async () => void done.push('a2'));
  background.run('b', 'third', async () => {
    done.push('b1');
    // What a task asks for is waited for, too.
    background.run('c', 'fourth', async () => void done.push('c1'));
  });
  await background.idle();
  expect(done).toEqual(['b1', 'c1', 'a1', 'a2']);
  expect(log).toEqual([expect.stringContaining('first failed: Error: no luck')]);
});
