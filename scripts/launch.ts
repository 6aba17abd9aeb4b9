import { readFileSync } from 'node:fs';
import { awsClients } from './lib/aws/clients.ts';
import { ambientRegion } from './lib/aws/region.ts';
import { given } from './lib/command/given.ts';
import { interruptible } from './lib/command/interruption.ts';
import { main } from './lib/command/main.ts';
import type { Problem } from './lib/command/problems.ts';
import { refuse } from './lib/command/problems.ts';
import { createProgress } from './lib/command/progress.ts';
import { launch } from './lib/launch/launch.ts';
import { launchedAsText } from './lib/launch/report.ts';
import { readAmiBuild } from './lib/parameters/ami-build.ts';
import { checkAll, merge } from './lib/parameters/resolve.ts';
import { LAUNCH_PARAMETERS } from './lib/parameters/targets.ts';

// `make launch`: launches an instance of an image, waits until it is up, and says how to log in.
await main(async () => {
  const progress = await createProgress();
  const signal = interruptible(() => {});
  const problems: Problem[] = [];
  const { settings } = merge(given(), LAUNCH_PARAMETERS, problems);
  problems.push(...checkAll(settings, LAUNCH_PARAMETERS));
  const setting = (name: string) => settings.get(name)?.value;
  const region = setting('region') ?? (await ambientRegion(process.env))?.value;
  if (!region) {
    problems.push({
      parameter: 'region',
      message: 'is missing',
      fix: 'Say region=..., or set one in the AWS profile.',
    });
  }
  const userData = setting('user_data');
  let content: Buffer | undefined;
  try {
    content = userData === undefined ? undefined : readFileSync(userData);
  } catch (error) {
    const message = `can not be read: ${(error as Error).message}`;
    problems.push({ parameter: 'user_data', ...settings.get('user_data'), message, fix: 'Name a file.' });
  }
  refuse(problems);

  try {
    const instance = await launch({
      aws: await awsClients(region ?? ''),
      amiBuild: readAmiBuild(),
      imageId: setting('ami') ?? '',
      setting,
      userData: content,
      signal,
      progress,
    });
    progress.end();
    console.log(launchedAsText(instance));
  } finally {
    progress.end();
  }
});
