import { expect, it } from 'vitest';
import { type Leftover, removeLeftovers } from './removals.ts';

it('removes one after the other, says before of each, and goes on after a failure', async () => {
  const log: string[] = [];
  const leftover = (id: string, error?: Error): Leftover => ({
    kind: 'volume',
    id,
    remove: async () => {
      log.push(`remove ${id}`);
      if (error) throw error;
    },
  });
  const failure = Object.assign(new Error('in use'), { name: 'VolumeInUse' });
  const gone = Object.assign(new Error('gone'), { name: 'InvalidVolume.NotFound' });
  const remaining = await removeLeftovers([leftover('a', failure), leftover('b', gone), leftover('c')], ({ id }) =>
    log.push(`removing ${id}`),
  );
  expect(log).toEqual(['removing a', 'remove a', 'removing b', 'remove b', 'removing c', 'remove c']);
  expect(remaining).toMatchObject([{ id: 'a', error: failure }]);
});
