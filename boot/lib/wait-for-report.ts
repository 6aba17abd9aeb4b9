import { setTimeout as sleep } from 'node:timers/promises';
import { type BootReport, RUN_FOLDER, readReport } from './report.ts';

/** Short beside any boot, and reading a small file in memory costs nothing. */
const STEP = 250;

/** The report of this boot once the scripts are through; after `seconds`, what there is of it: perhaps nothing. */
export async function waitForReport(seconds: number, folder = RUN_FOLDER): Promise<BootReport | undefined> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const report = readReport(folder);
    const left = deadline - performance.now();
    if (report?.finishedAt !== undefined || left <= 0) return report;
    await sleep(Math.min(STEP, left));
  }
}
