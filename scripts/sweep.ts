import { join } from 'node:path';
import { ec2Client, iamClient } from './lib/aws/clients.ts';
import { given } from './lib/command/given.ts';
import { interruptible } from './lib/command/interruption.ts';
import { main } from './lib/command/main.ts';
import { createProgress } from './lib/command/progress.ts';
import { ROOT } from './lib/command/root.ts';
import { terminalWidth } from './lib/command/terminal.ts';
import { recordHousekeeping } from './lib/housekeeping/journal.ts';
import { localBuilds } from './lib/housekeeping/local-builds.ts';
import { settle } from './lib/housekeeping/settings.ts';
import { judge, sweep } from './lib/housekeeping/sweep.ts';
import { isOk, type SweepReport, sweepAsJson, sweepAsText } from './lib/housekeeping/sweep-report.ts';
import { findTraces } from './lib/housekeeping/traces.ts';
import { SWEEP_PARAMETERS } from './lib/parameters/housekeeping.ts';

/** Days: builds that began later are left alone, unless it is said. */
const OLDER = '1';

// `make sweep`: what interrupted builds left behind. Without confirm=yes it only shows it. Exit status 1 when something
// could not be looked for, or removed.
await main(async () => {
  const { value, region } = await settle(given(), SWEEP_PARAMETERS);
  const older = Number(value('older') || OLDER);
  const progress = await createProgress();
  try {
    progress.working('looking for what builds left behind');
    const local = localBuilds(join(ROOT, 'dist'));
    const [ec2, iam] = await Promise.all([ec2Client(region), iamClient(region)]);
    const { traces, unanswered } = await findTraces(
      { ec2, iam },
      local.filter(build => build.region === region),
    );
    const verdicts = judge(traces, local, older, new Date());
    const report: SweepReport = { region, older, verdicts, unanswered };
    let signal: AbortSignal | undefined;
    if (value('confirm') === 'yes') {
      // From here on Ctrl-C ends the work between two builds, and what was done is said.
      signal = interruptible(() => progress.line('Already stopping.'));
      report.swept = await sweep(verdicts, { signal, progress });
      if (report.swept.length > 0) recordHousekeeping('sweep', sweepAsJson(report));
    }
    progress.end();
    const json = value('format') === 'json';
    process.stdout.write(
      json ? `${JSON.stringify(sweepAsJson(report), null, 2)}\n` : sweepAsText(report, terminalWidth(process.stdout)),
    );
    if (!isOk(report)) process.exitCode = 1;
    signal?.throwIfAborted();
  } finally {
    progress.end();
  }
});
