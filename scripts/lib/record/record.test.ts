import { basename } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { claimBuild } from './record.ts';

it('never gives two builds the same second', () => {
  const dist = temporaryFolder('record-');
  const now = new Date('2025-07-02T08:43:48.900Z');
  const folders = [claimBuild(dist, now), claimBuild(dist, now), claimBuild(dist, now)].map(({ folder }) =>
    basename(folder),
  );
  expect(folders).toEqual(['2025-07-02T08-43-48Z', '2025-07-02T08-43-49Z', '2025-07-02T08-43-50Z']);
});
