import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { recorder } from '../test/recorder.ts';
import { attempt } from './attempt.ts';
import { Failure } from './failure.ts';

async function failing(work: () => Promise<void>) {
  const { journal, lines } = recorder();
  await attempt(work, journal);
  return { problems: journal.problems, lines };
}

it('has nothing to say of what goes well', async () => {
  expect(await failing(async () => {})).toEqual({ problems: [], lines: [] });
});

it("takes a Failure's message for the whole story", async () => {
  const { problems, lines } = await failing(async () => {
    throw new Failure('the disk is full');
  });
  expect(problems).toEqual(['the disk is full']);
  expect(lines).toEqual([{ severity: 'error', text: 'the disk is full' }]);
});

it('keeps the stack of a fault for the log', async () => {
  const { problems, lines } = await failing(async () => {
    throw new TypeError('x is\nnot a function');
  });
  expect(problems).toEqual([expect.stringMatching(/^a fault of .*: TypeError: x is\\u000anot a function, at .*:\d+/)]);
  expect(lines[0]?.text.split('\n').length).toBeGreaterThan(3);
});

it.each([[undefined], [null], ['oh no'], [new Error()], [Object.create(null)]])('reports %o', async thrown => {
  const { problems } = await failing(() => Promise.reject(thrown));
  expect(problems).toEqual([expect.stringMatching(/^a fault of the boot script itself: \S.*$/)]);
});

it('leaves no listener behind', async () => {
  const before = process.listenerCount('uncaughtException');
  await failing(() => Promise.reject(undefined));
  expect(process.listenerCount('uncaughtException')).toBe(before);
});

it.each([
  ['a callback', `setTimeout(() => { throw new Error('astray'); }, 1)`],
  ['a promise that nobody waited for', `Promise.reject(new Error('astray'))`],
])('hears of what %s threw, and lives on', (_, code) => {
  const library = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  const program = `
    import { attempt } from ${library('attempt.ts')};
    import { recorder } from ${library('../test/recorder.ts')};
    const { journal } = recorder();
    await attempt(() => new Promise(() => { ${code}; }), journal);
    console.log(journal.problems.join());`;
  const run = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
  expect(run.stdout).toMatch(/^a fault of the boot script itself: Error: astray, at /);
  expect(run.status).toBe(0);
});
