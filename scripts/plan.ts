import { join } from 'node:path';
import { ROOT } from './lib/command/root.ts';
import { readAmiBuild } from './lib/parameters/ami-build.ts';
import { command } from './lib/parameters/command.ts';
import { PLAN_PARAMETERS } from './lib/parameters/targets.ts';
import { prepare } from './lib/plan/prepare.ts';
import { planReport, reportAsText } from './lib/plan/report.ts';
import { durationsOfBuilds } from './lib/record/durations.ts';

const amiBuild = readAmiBuild();

// `make plan`: everything `make ami` would do, without doing it. Exit status 2 when something is wrong.
await command(
  PLAN_PARAMETERS,
  async ({ values, signal, ...resolution }) => {
    const prepared = await prepare(resolution, amiBuild, { offline: values.offline });
    const durations = durationsOfBuilds(join(ROOT, 'dist'), prepared.settings);
    const report = await planReport(prepared, new Date(), durations);
    signal.throwIfAborted();
    process.stdout.write(values.format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : reportAsText(report));
    if (!report.ok) process.exitCode = 2;
  },
  { amiBuild, unchecked: true },
);
