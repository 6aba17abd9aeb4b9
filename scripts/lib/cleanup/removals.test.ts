import { expect, it } from 'vitest';
import { awsError } from '../../../test/fake-client.ts';
import { type Leftover, remainingAsText, removeLeftovers } from './removals.ts';

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

it('says of what is left why it is', () => {
  const remove = async () => {};
  expect(
    remainingAsText([
      { kind: 'volume', id: 'vol-1', remove, error: awsError('VolumeInUse', 'i-1 has it') },
      { kind: 'role', id: 'packer-1', remove, error: new Error('Interrupted by SIGINT.') },
    ]),
  ).toBe(
    `Left in AWS, please remove:
    volume vol-1: AWS refused a call: VolumeInUse: i-1 has it
    role packer-1: Interrupted by SIGINT.`,
  );
});
