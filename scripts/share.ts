import { ec2Client, stsClient } from './lib/aws/clients.ts';
import { given } from './lib/command/given.ts';
import { main } from './lib/command/main.ts';
import type { Problem } from './lib/command/problems.ts';
import { refuse } from './lib/command/problems.ts';
import { createProgress } from './lib/command/progress.ts';
import { recordOfImage } from './lib/housekeeping/journal.ts';
import { ownImage } from './lib/housekeeping/own-image.ts';
import { settle } from './lib/housekeeping/settings.ts';
import { checkHolders, share, sharedAsText } from './lib/housekeeping/share.ts';
import { SHARE_PARAMETERS } from './lib/parameters/housekeeping.ts';

// `make share`: lets other accounts launch an image, and copy it with copying=yes; remove=yes takes that away.
await main(async () => {
  const { settings, value, region } = await settle(given(), SHARE_PARAMETERS);
  const problems: Problem[] = [];
  const holders = value('accounts').split(',');
  const [copying, remove] = [value('copying') === 'yes', value('remove') === 'yes'];
  const progress = await createProgress();
  try {
    progress.working('looking at the image');
    const [ec2, sts] = await Promise.all([ec2Client(region), stsClient(region)]);
    const about = settings.get('ami') ?? { value: '', source: '' };
    const image = await ownImage(ec2, about, region, problems);
    await checkHolders(sts, { holders, copying, remove }, problems);
    refuse(problems);
    if (!image) return;
    progress.working('changing permissions');
    const shared = await share(ec2, { image, holders, copying, remove });
    recordOfImage(image, 'shared.json', { region, ...shared });
    progress.end();
    process.stdout.write(
      value('format') === 'json' ? `${JSON.stringify({ region, ...shared }, null, 2)}\n` : sharedAsText(shared, remove),
    );
  } finally {
    progress.end();
  }
});
