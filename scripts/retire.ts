import { imageUsersClients } from './lib/aws/clients.ts';
import { given } from './lib/command/given.ts';
import { interruptible } from './lib/command/interruption.ts';
import { main } from './lib/command/main.ts';
import { createProgress } from './lib/command/progress.ts';
import { terminalWidth } from './lib/command/terminal.ts';
import { createAssess } from './lib/housekeeping/assess.ts';
import { recordHousekeeping } from './lib/housekeeping/journal.ts';
import { retire } from './lib/housekeeping/retire.ts';
import { isOk, type RetireReport, retireAsJson, retireAsText } from './lib/housekeeping/retire-report.ts';
import { settle } from './lib/housekeeping/settings.ts';
import { RETIRE_PARAMETERS } from './lib/parameters/housekeeping.ts';

/** Days between deprecation and deregistration, unless it is said. */
const GRACE = '14';

// `make retire`: deprecates, then deregisters images that nobody uses and newer ones replace. Without confirm=yes it
// only shows what it would do. Exit status 1 when something could not be asked or done.
await main(async () => {
  const { value, region } = await settle(given(), RETIRE_PARAMETERS);
  const number = (name: string) => Number(value(name) || GRACE);
  const policy = { keep: number('keep'), older: number('older'), grace: number('grace') };
  const progress = await createProgress();
  try {
    progress.working('asking who uses which image');
    const clients = await imageUsersClients(region);
    const assess = createAssess(clients, policy);
    const report: RetireReport = { region, policy, ...(await assess()) };
    let signal: AbortSignal | undefined;
    if (value('confirm') === 'yes' && report.unanswered.length === 0) {
      const { decisions } = report;
      // From here on Ctrl-C ends the work between two images, and what was done is said.
      signal = interruptible(() => progress.line('Already stopping.'));
      report.outcomes = await retire({ ec2: clients.ec2, decisions, assess, signal, progress });
      if (report.outcomes.length > 0) recordHousekeeping('retire', retireAsJson(report));
    }
    progress.end();
    const json = value('format') === 'json';
    process.stdout.write(
      json
        ? `${JSON.stringify(retireAsJson(report), null, 2)}\n`
        : retireAsText(report, new Date(), terminalWidth(process.stdout)),
    );
    if (!isOk(report)) process.exitCode = 1;
    signal?.throwIfAborted();
  } finally {
    progress.end();
  }
});
