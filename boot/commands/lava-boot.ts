import { readReport, table } from '../lib/report.ts';
import { runScripts } from '../lib/run-scripts.ts';
import { describeThrown } from '../lib/thrown.ts';
import { waitForReport } from '../lib/wait-for-report.ts';

const LONGEST_WAIT = 600;

const USAGE = `usage: lava-boot run              run the boot scripts, as rc.local does
       lava-boot status           print how they went; exit status 1 if one failed, 3 if they didn't run
       lava-boot wait [SECONDS]   the same once they are through; exit status 1 also if they aren't after
                                  that time, which is ${LONGEST_WAIT} s unless given`;

/** `run` always succeeds when it could run the scripts: a failing rc.local would take down what they started. */
async function main([command, ...more]: string[]): Promise<number> {
  if (command === 'run' && more.length === 0) {
    await runScripts();
    return 0;
  }
  if (command === 'status' && more.length === 0) return status();
  if (command === 'wait' && more.length <= 1 && /^\d{1,6}$/.test(more[0] ?? '0')) {
    return wait(Number(more[0] ?? LONGEST_WAIT));
  }
  console.error(USAGE);
  return 2;
}

function status(report = readReport()): number {
  if (report === undefined) {
    console.log('The boot scripts did not run since this instance booted.');
    return 3;
  }
  console.log(table(report));
  return report.scripts.some(script => script.status === 'failed') ? 1 : 0;
}

/** Whoever waits wants one of two answers: all went well, or something did not. */
async function wait(seconds: number): Promise<number> {
  const report = await waitForReport(seconds);
  const went = status(report);
  if (report?.finishedAt !== undefined) return went;
  console.error(`lava-boot: the boot scripts are not through after ${seconds} s`);
  return 1;
}

main(process.argv.slice(2)).then(
  exitCode => {
    process.exitCode = exitCode;
  },
  error => {
    console.error(`lava-boot: ${describeThrown(error)}`);
    process.exitCode = 1;
  },
);
