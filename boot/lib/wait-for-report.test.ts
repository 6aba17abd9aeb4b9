import { beforeEach, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { type BootReport, writeReport } from './report.ts';
import { waitForReport } from './wait-for-report.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder('lava-boot-wait-');
});

const unfinished: BootReport = { startedAt: '2026-01-01T00:00:00.000Z', scripts: [] };
const finished: BootReport = { ...unfinished, finishedAt: '2026-01-01T00:00:01.000Z', durationMs: 1000 };

it('does not wait for what is there', async () => {
  writeReport(finished, folder);
  expect(await waitForReport(0, folder)).toEqual(finished);
});

it('waits until the report is there, and complete', async () => {
  let wrote = '';
  setTimeout(() => {
    wrote += 'unfinished';
    writeReport(unfinished, folder);
  }, 300);
  setTimeout(() => {
    wrote += ', finished';
    writeReport(finished, folder);
  }, 800);
  expect(await waitForReport(60, folder)).toEqual(finished);
  expect(wrote).toBe('unfinished, finished');
});

it('gives what there is when the time is over', async () => {
  expect(await waitForReport(0.1, folder)).toBeUndefined();
  writeReport(unfinished, folder);
  const start = performance.now();
  expect(await waitForReport(0.4, folder)).toEqual(unfinished);
  expect(performance.now() - start).toBeGreaterThan(390);
});
