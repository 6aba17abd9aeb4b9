import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readAmiBuild } from './lib/ami-build.ts';
import { awsClients } from './lib/aws.ts';
import { buildImage } from './lib/build-image.ts';
import { finish } from './lib/finish.ts';
import { given } from './lib/given.ts';
import { interruptible } from './lib/interruption.ts';
import { lookUp } from './lib/lookup.ts';
import { main } from './lib/main.ts';
import { makePlan } from './lib/plan.ts';
import { bytes, createProgress } from './lib/progress.ts';
import { claimBuild, keep } from './lib/record.ts';
import { ambientRegion } from './lib/region.ts';
import { repoOrigin } from './lib/repo.ts';
import { refuse, resolve } from './lib/resolve.ts';
import { lavaVersion, ROOT } from './lib/root.ts';
import { stage } from './lib/stage.ts';
import { createSteps } from './lib/steps.ts';
import { sync } from './lib/sync.ts';

// `make ami`: builds an image. Progress goes to stderr; stdout gets the image's id and its name.
await main(async () => {
  const progress = createProgress();
  const signal = interruptible(() => progress.line('Already cleaning up; this can take a minute.'));
  const steps = createSteps(progress, signal);
  const amiBuild = readAmiBuild();

  const { settings, ...rest } = await steps.run(
    'resolve',
    async () => {
      const defaults = { amiBuild, lavaVersion: lavaVersion(), region: await ambientRegion(process.env) };
      const resolution = resolve(given(), defaults);
      refuse(resolution.problems);
      return resolution;
    },
    ({ settings }) => `${settings.size} parameters`,
  );
  const setting = (name: string) => settings.get(name)?.value ?? '';
  const aws = awsClients(setting('region'));

  const facts = await steps.run(
    'look up',
    async () => {
      const found = await lookUp(aws, amiBuild, { settings, ...rest });
      refuse(rest.problems);
      return found;
    },
    ({ baseImage }) => `${baseImage.id} ${baseImage.name}`,
  );

  const record = claimBuild(join(ROOT, 'dist'));
  let outcome: object = { ok: false };
  try {
    const plan = await steps.run(
      'plan',
      () => {
        const random = randomBytes(2).toString('hex');
        return makePlan({ settings, amiBuild, facts, startedAt: record.startedAt, random, repo: repoOrigin() });
      },
      ({ imageName }) => imageName,
    );
    keep(record, 'plan.json', plan);

    await steps.run(
      'sync',
      () =>
        sync({
          s3: aws.s3,
          folder: join(ROOT, 'ami/resources.s3'),
          bucket: setting('s3bucket'),
          prefix: setting('s3prefix'),
          signal,
          uploading: (name, size) => progress.working(`sync ${name} (${bytes(size)})`),
        }),
      result => `${result.uploaded.length} uploaded (${bytes(result.bytes)}), ${result.unchanged} unchanged`,
    );

    const tarball = await steps.run(
      'stage',
      () => stage(plan, record.folder),
      () => 'packer.tar.gz',
    );

    const imageId = await steps.run(
      'packer',
      () =>
        buildImage({
          aws,
          plan,
          record,
          tarball,
          onError: setting('on_error') === 'keep' ? 'keep' : 'clean',
          verbose: setting('verbose') === 'yes',
          signal,
          progress,
          steps,
        }),
      id => id,
    );

    await steps.run(
      'finish',
      () => finish(aws.ec2, imageId, plan.tags),
      () => 'IMDSv2 required, tags verified',
    );
    outcome = { ok: true, imageId, imageName: plan.imageName };
    progress.end();
    process.stdout.write(`${imageId}\n${plan.imageName}\n`);
  } finally {
    keep(record, 'build.json', { ...outcome, startedAt: record.startedAt, steps: steps.done });
    progress.end();
  }
});
