import { ec2Client, stsClient } from './lib/aws/clients.ts';
import { type Problem, refuse } from './lib/command/problems.ts';
import { recordOfImage } from './lib/housekeeping/journal.ts';
import { ownImage } from './lib/housekeeping/own-image.ts';
import { checkHolders, share, sharedAsText } from './lib/housekeeping/share.ts';
import { command } from './lib/parameters/command.ts';
import { SHARE_PARAMETERS } from './lib/parameters/housekeeping.ts';

// `make share`: lets other accounts launch an image, and copy it with copying=yes; remove=yes takes that away.
await command(SHARE_PARAMETERS, async ({ values, progress }) => {
  const { region, accounts: holders, copying, remove, format } = values;
  const problems: Problem[] = [];
  progress.working('looking at the image');
  const [ec2, sts] = await Promise.all([ec2Client(region), stsClient(region)]);
  const image = await ownImage(ec2, { value: values.ami, source: 'command line' }, region, problems);
  await checkHolders(sts, { holders, copying, remove }, problems);
  refuse(problems);
  if (!image) return;
  progress.working('changing permissions');
  const shared = await share(ec2, { image, holders, copying, remove });
  recordOfImage(image, 'shared.json', { region, ...shared });
  progress.end();
  process.stdout.write(
    format === 'json' ? `${JSON.stringify({ region, ...shared }, null, 2)}\n` : sharedAsText(shared, remove),
  );
});
