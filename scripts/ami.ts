import { join } from 'node:path';
import { cleaningUp } from './lib/command/interruption.ts';
import type { Frame } from './lib/command/main.ts';
import { refuse } from './lib/command/problems.ts';
import { ROOT } from './lib/command/root.ts';
import { createSteps } from './lib/command/steps.ts';
import { buildImage } from './lib/packer/build-image.ts';
import { finish } from './lib/packer/finish.ts';
import { preparePacker } from './lib/packer/plugins.ts';
import { type TimeLimit, timeLimit } from './lib/packer/time-limit.ts';
import { readAmiBuild } from './lib/parameters/ami-build.ts';
import { command } from './lib/parameters/command.ts';
import type { Resolution } from './lib/parameters/resolve.ts';
import { BUILD_PARAMETERS } from './lib/parameters/targets.ts';
import { planBuild } from './lib/plan/plan.ts';
import { prepare } from './lib/plan/prepare.ts';
import type { Step } from './lib/plan/steps.ts';
import { lockBuild } from './lib/record/lock.ts';
import { claimBuild, writeRecord } from './lib/record/record.ts';
import { stage } from './lib/stage/stage.ts';
import { runSync, syncSummary } from './lib/sync/run-sync.ts';

const amiBuild = readAmiBuild();

// `make ami`: builds an image. Progress goes to stderr; stdout gets the image's id and its name.
async function ami({ progress, signal: interruption, ...resolution }: Frame & Resolution): Promise<void> {
  const steps = createSteps<Step>(progress);

  const prepared = await steps.run(
    'look up',
    async () => {
      const found = await prepare(resolution, amiBuild);
      refuse(found.problems);
      return found;
    },
    ({ facts, settings }) => `${settings.size} parameters, base image ${facts?.baseImage?.name}`,
  );
  for (const note of prepared.notes) progress.line(note);
  for (const what of prepared.notChecked) progress.line(`Not checked: ${what}`);

  await preparePacker();
  const record = claimBuild(join(ROOT, 'dist'));
  const lock = lockBuild(record.folder);
  let outcome: object = { ok: false };
  let limit: TimeLimit | undefined;
  try {
    const planning = () => planBuild(prepared, record.startedAt);
    const { plan, aws } = await steps.run('plan', planning, ({ plan }) => plan.imageName);
    writeRecord(record, 'plan.json', plan);

    limit = timeLimit(interruption, plan.options.buildTimeout);
    const { signal } = limit;
    await steps.run('sync', () => runSync({ s3: aws.s3, ...plan.place }, signal, progress), syncSummary);

    const tarball = await steps.run('stage', () => stage(plan, record.folder), 'packer.tar.gz');

    const options = { aws, plan, record, tarball, signal, progress, steps, ...plan.options };
    const imageId = await steps.run('packer', () => buildImage(options));

    // The image is there now: an interruption that comes here does not keep it from being finished.
    const finishing = () => cleaningUp(() => finish(aws.ec2, imageId, plan.tags));
    await steps.run('finish', finishing, 'IMDSv2 required, tags verified');

    outcome = { ok: true, imageId, imageName: plan.imageName };
    progress.end();
    process.stdout.write(`${imageId}\n${plan.imageName}\n`);
  } finally {
    limit?.over();
    writeRecord(record, 'build.json', { ...outcome, startedAt: record.startedAt, steps: steps.done });
    lock.release?.();
  }
}

await command(BUILD_PARAMETERS, ami, { amiBuild, unchecked: true });
