import { given } from './lib/command/given.ts';
import { main } from './lib/command/main.ts';
import { BUILD_PARAMETERS, PLAN_OPTIONS } from './lib/parameters/targets.ts';
import { prepare } from './lib/plan/prepare.ts';
import { planReport, reportAsText } from './lib/plan/report.ts';

// `make plan`: everything `make ami` would do, without doing it. Exit status 2 when something is wrong.
await main(async () => {
  const prepared = await prepare(given(), [...BUILD_PARAMETERS, ...PLAN_OPTIONS]);
  const report = await planReport(prepared, new Date());
  const json = prepared.settings.get('format')?.value === 'json';
  process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : reportAsText(report));
  if (!report.ok) process.exitCode = 2;
});
