import { join } from 'node:path';
import { awsClients } from './lib/aws/clients.ts';
import { cleaningUp } from './lib/command/interruption.ts';
import { ROOT } from './lib/command/root.ts';
import { createSteps } from './lib/command/steps.ts';
import { finish } from './lib/packer/finish.ts';
import { preparePacker } from './lib/packer/plugins.ts';
import { timeLimit } from './lib/packer/time-limit.ts';
import { command } from './lib/parameters/command.ts';
import { RESUME_PARAMETERS } from './lib/parameters/records.ts';
import { lockBuild } from './lib/record/lock.ts';
import { writeRecord } from './lib/record/record.ts';
import { addressOfKept, findResumable, mistake } from './lib/resume/resumable.ts';
import { imageOfKept, provisionKept, removeKept } from './lib/resume/resume.ts';
import { stage } from './lib/stage/stage.ts';
import { runSync, syncSummary } from './lib/sync/run-sync.ts';

// `make resume`: goes on with a build that failed and kept its instance, from the configurator that failed to the
// finished image; or gives it up. Progress goes to stderr; stdout gets the image's id and its name.
await command(RESUME_PARAMETERS, async ({ values, progress, signal: interruption }) => {
  const build = findResumable(join(ROOT, 'dist'), values.build);
  const { plan, folder } = build;
  const { release, holder } = lockBuild(folder);
  if (!release) {
    throw mistake(values.build, `is being gone on with already, by process ${holder}`, 'Wait until that has ended.');
  }
  const limit = timeLimit(interruption, values.build_timeout);
  const { signal } = limit;
  const steps = createSteps(progress);
  const aws = await awsClients(plan.parameters.region?.value ?? '');
  const record = { folder, startedAt: new Date(plan.startedAt) };
  let outcome: object = { ok: false };
  try {
    if (values.give_up) {
      progress.working(`removing what is left of ${plan.buildId}`);
      await removeKept(aws, build);
      progress.end();
      console.log('Nothing of the build is left in AWS.');
      return;
    }
    const host = await steps.run('look up', () => addressOfKept(aws.ec2, build), `${build.kept.instanceId} is there`);
    await preparePacker();
    await steps.run('sync', () => runSync({ s3: aws.s3, ...plan.place }, signal, progress), syncSummary);
    const tarball = await steps.run('stage', () => stage(plan, folder), 'packer.tar.gz');
    const options = { aws, plan, build, record, host, tarball, verbose: values.verbose, signal, progress, steps };
    await steps.run('packer', () => provisionKept(options), 'the instance is sealed');
    const imageId = await steps.run('image', () => imageOfKept(options));
    // The image is there now: an interruption that comes here does not keep it from being finished.
    outcome = { ok: true, imageId, imageName: plan.imageName };
    await steps.run(
      'clean up',
      () => cleaningUp(() => removeKept(aws, build, imageId)),
      'nothing but the image is left',
    );
    const finishing = () => cleaningUp(() => finish(aws.ec2, imageId, plan.tags));
    await steps.run('finish', finishing, 'IMDSv2 required, tags verified');
    progress.end();
    process.stdout.write(`${imageId}\n${plan.imageName}\n`);
  } finally {
    limit.over();
    const before = build.outcome?.steps ?? [];
    const resumed = {
      ...outcome,
      startedAt: record.startedAt,
      resumedAt: new Date(),
      steps: [...before, ...steps.done],
    };
    writeRecord(record, 'build.json', resumed);
    release();
  }
});
