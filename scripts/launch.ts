import { readFileSync } from 'node:fs';
import { awsClients } from './lib/aws/clients.ts';
import { launch } from './lib/launch/launch.ts';
import { launchedAsText } from './lib/launch/report.ts';
import { readAmiBuild } from './lib/parameters/ami-build.ts';
import { command } from './lib/parameters/command.ts';
import { LAUNCH_PARAMETERS } from './lib/parameters/targets.ts';

// `make launch`: launches an instance of an image, waits until it is up, and says how to log in.
await command(LAUNCH_PARAMETERS, async ({ values, progress, signal }) => {
  const instance = await launch({
    aws: await awsClients(values.region),
    amiBuild: readAmiBuild(),
    imageId: values.ami,
    values,
    userData: values.user_data === undefined ? undefined : readFileSync(values.user_data),
    signal,
    progress,
  });
  progress.end();
  console.log(launchedAsText(instance));
});
