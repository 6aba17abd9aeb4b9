import { expect, it } from 'vitest';
import { createSteps } from './steps.ts';

function steps() {
  const lines: string[] = [];
  const line = (text: string) => void lines.push(text.replace(/ +[\d.]+ s +/, ' | '));
  return { lines, ...createSteps({ isLive: false, working: () => {}, line, end: () => {} }) };
}

it('says of each step what it did: as it is told, as the result has it, or the result itself', async () => {
  const { run, done, lines } = steps();
  expect(await run('stage', () => 1, 'packed')).toBe(1);
  expect(
    await run(
      'plan',
      async () => ({ name: 'lava' }),
      ({ name }) => name,
    ),
  ).toEqual({ name: 'lava' });
  expect(await run('packer', () => 'ami-1')).toBe('ami-1');
  expect(lines).toEqual(['stage | packed', 'plan | lava', 'packer | ami-1']);
  expect(done.map(({ did, ok }) => [did, ok])).toEqual([
    ['packed', true],
    ['lava', true],
    ['ami-1', true],
  ]);
});

it('keeps a step that failed, and its error', async () => {
  const { run, done, lines } = steps();
  await expect(run('sync', () => Promise.reject(new Error('no')), 'done')).rejects.toThrow('no');
  expect(lines).toEqual(['sync | failed']);
  expect(done).toMatchObject([{ name: 'sync', ok: false }]);
  expect(done[0]).not.toHaveProperty('did');
});
