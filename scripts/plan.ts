import { given } from './lib/given.ts';
import { main } from './lib/main.ts';
import { planReport, reportAsText } from './lib/plan-report.ts';
import { prepare } from './lib/prepare.ts';
import { BUILD_PARAMETERS, PLAN_OPTIONS } from './lib/target-parameters.ts';

// `make plan`: everything `make ami` would do, without doing it. Exit status 2 when something is wrong.
await main(async () => {
  const prepared = await prepare(given(), [...BUILD_PARAMETERS, ...PLAN_OPTIONS]);
  const report = await planReport(prepared, new Date());
  const json = prepared.settings.get('format')?.value === 'json';
  process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : reportAsText(report));
  if (!report.ok) process.exitCode = 2;
});
