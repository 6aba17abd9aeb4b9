import { readReport, table } from '../lib/report.ts';
import { runScripts } from '../lib/run-scripts.ts';

const USAGE = `usage: lava-boot run      run the boot scripts, as rc.local does
       lava-boot status   print how they went; exit status 1 if one failed, 3 if they didn't run`;

/** `run` always succeeds when it could run the scripts: a failing rc.local would take down what they started. */
async function main([command, ...more]: string[]): Promise<number> {
  if (command === 'run' && more.length === 0) {
    await runScripts();
    return 0;
  }
  if (command === 'status' && more.length === 0) return status();
  console.error(USAGE);
  return 2;
}

function status(): number {
  const report = readReport();
  if (report === undefined) {
    console.log('The boot scripts did not run since this instance booted.');
    return 3;
  }
  console.log(table(report));
  return report.scripts.some(script => script.status === 'failed') ? 1 : 0;
}

main(process.argv.slice(2)).then(
  exitCode => {
    process.exitCode = exitCode;
  },
  error => {
    console.error(`lava-boot: ${error.message}`);
    process.exitCode = 1;
  },
);
