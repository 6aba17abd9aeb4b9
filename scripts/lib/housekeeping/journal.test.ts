import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { recordHousekeeping, recordOfImage } from './journal.ts';

const now = new Date('2026-11-26T12:00:00Z');

function emptyDist(): string {
  const dist = mkdtempSync(join(tmpdir(), 'dist-'));
  onTestFinished(() => rmSync(dist, { recursive: true }));
  return dist;
}

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'));

it('keeps what was done under the moment', () => {
  const dist = emptyDist();
  const file = recordHousekeeping('retire', { ok: true }, { dist, now });
  expect(file).toBe(join(dist, 'housekeeping/2026-11-26T12-00-00Z-retire.json'));
  expect(read(file)).toEqual({ at: now.toISOString(), ok: true });
});

it('adds to what is kept of an image: beside its build where that is known, else by its name', () => {
  const dist = emptyDist();
  const folder = join(dist, 'ami', '2026-11-23T02-32-36Z');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'plan.json'), JSON.stringify({ buildId: 'b-1', imageName: 'lava-x', parameters: {} }));
  const Tags = [{ Key: 'BuildId', Value: 'b-1' }];
  expect(recordOfImage({ ImageId: 'ami-1', Name: 'other', Tags }, 'copies.json', { n: 1 }, { dist, now })).toBe(
    join(folder, 'copies.json'),
  );
  const file = recordOfImage({ ImageId: 'ami-1', Name: 'lava-x' }, 'copies.json', { n: 2 }, { dist, now });
  expect(read(file)).toEqual([1, 2].map(n => ({ at: now.toISOString(), n })));
  expect(recordOfImage({ Name: 'lava/../x y' }, 'copies.json', {}, { dist, now })).toBe(
    join(dist, 'copies', 'lava_.._x_y', 'copies.json'),
  );
});
