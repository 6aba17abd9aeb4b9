import { join } from 'node:path';
import { ec2Client, iamClient } from './lib/aws/clients.ts';
import { ROOT } from './lib/command/root.ts';
import { terminalWidth } from './lib/command/terminal.ts';
import { recordHousekeeping } from './lib/housekeeping/journal.ts';
import { localBuilds } from './lib/housekeeping/local-builds.ts';
import { judge, sweep } from './lib/housekeeping/sweep.ts';
import { isOk, type SweepReport, sweepAsJson, sweepAsText } from './lib/housekeeping/sweep-report.ts';
import { findTraces } from './lib/housekeeping/traces.ts';
import { command } from './lib/parameters/command.ts';
import { SWEEP_PARAMETERS } from './lib/parameters/housekeeping.ts';

// `make sweep`: what interrupted builds left behind. Without confirm=yes it only shows it. Exit status 1 when something
// could not be looked for, or removed.
await command(SWEEP_PARAMETERS, async ({ values, progress, signal }) => {
  const { region, older, confirm, format } = values;
  progress.working('looking for what builds left behind');
  const local = localBuilds(join(ROOT, 'dist'));
  const [ec2, iam] = await Promise.all([ec2Client(region), iamClient(region)]);
  const { traces, unanswered } = await findTraces(
    { ec2, iam },
    local.filter(build => build.region === region),
  );
  const verdicts = judge(traces, local, older, new Date());
  const report: SweepReport = { region, older, verdicts, unanswered };
  if (confirm) {
    // Ctrl-C ends this as well, and what was done is said.
    report.swept = await sweep(verdicts, { signal, progress });
    if (report.swept.length > 0) recordHousekeeping('sweep', sweepAsJson(report));
  }
  progress.end();
  process.stdout.write(
    format === 'json'
      ? `${JSON.stringify(sweepAsJson(report), null, 2)}\n`
      : sweepAsText(report, terminalWidth(process.stdout)),
  );
  if (!isOk(report)) process.exitCode = 1;
  signal.throwIfAborted();
});
