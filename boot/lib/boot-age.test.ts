import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { bootAge } from './boot-age.ts';

it('counts from the start of init, whatever its name', () => {
  const proc = temporaryFolder('lava-boot-proc-');
  mkdirSync(join(proc, '1'));
  writeFileSync(join(proc, 'uptime'), '1000.50 3000.00\n');
  const fields = Array.from({ length: 30 }, (_, index) => `${index + 4}`);
  fields[18] = '98050'; // the 22nd field of all
  writeFileSync(join(proc, '1/stat'), `1 (in it) (x) S ${fields.join(' ')}\n`);
  expect(bootAge(proc)).toBeCloseTo(20);
});

it('reads this machine', () => {
  expect(bootAge()).toBeGreaterThan(0);
});
