import { imageUsersClients } from './lib/aws/clients.ts';
import { terminalWidth } from './lib/command/terminal.ts';
import { createAssess } from './lib/housekeeping/assess.ts';
import { recordHousekeeping } from './lib/housekeeping/journal.ts';
import { retire } from './lib/housekeeping/retire.ts';
import { isOk, type RetireReport, retireAsJson, retireAsText } from './lib/housekeeping/retire-report.ts';
import { command } from './lib/parameters/command.ts';
import { RETIRE_PARAMETERS } from './lib/parameters/housekeeping.ts';

// `make retire`: deprecates, then deregisters images that nobody uses and newer ones replace. Without confirm=yes it
// only shows what it would do. Exit status 1 when something could not be asked or done.
await command(RETIRE_PARAMETERS, async ({ values, progress, signal }) => {
  const { region, keep, older, grace, confirm, format } = values;
  const policy = { keep, older, grace };
  progress.working('asking who uses which image');
  const clients = await imageUsersClients(region);
  const assess = createAssess(clients, policy);
  const report: RetireReport = { region, policy, ...(await assess()) };
  if (confirm && report.unanswered.length === 0) {
    const { decisions } = report;
    // Ctrl-C ends this as well, and what was done is said.
    report.outcomes = await retire({ ec2: clients.ec2, decisions, assess, signal, progress });
    if (report.outcomes.length > 0) recordHousekeeping('retire', retireAsJson(report));
  }
  progress.end();
  process.stdout.write(
    format === 'json'
      ? `${JSON.stringify(retireAsJson(report), null, 2)}\n`
      : retireAsText(report, new Date(), terminalWidth(process.stdout)),
  );
  if (!isOk(report)) process.exitCode = 1;
  signal.throwIfAborted();
});
