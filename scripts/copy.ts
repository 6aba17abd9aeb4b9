import { ec2Client } from './lib/aws/clients.ts';
import { given } from './lib/command/given.ts';
import { type Interruption, interruptible } from './lib/command/interruption.ts';
import { main } from './lib/command/main.ts';
import { Failure, type Problem, refuse } from './lib/command/problems.ts';
import { createProgress } from './lib/command/progress.ts';
import { copiesAsText, copyAll, underWay } from './lib/housekeeping/copy-all.ts';
import { checkRegions, sourceOf } from './lib/housekeeping/copy-places.ts';
import { recordOfImage } from './lib/housekeeping/journal.ts';
import { ownImage } from './lib/housekeeping/own-image.ts';
import { settle } from './lib/housekeeping/settings.ts';
import { COPY_PARAMETERS } from './lib/parameters/housekeeping.ts';

// `make copy`: copies an image to other regions, all at once, waits for the copies, and keeps which they are.
await main(async () => {
  const { settings, value, region } = await settle(given(), COPY_PARAMETERS);
  const problems: Problem[] = [];
  const regions = value('regions').split(',');
  const progress = await createProgress();
  try {
    progress.working('looking at the image');
    const ec2 = await ec2Client(region);
    const about = settings.get('ami') ?? { value: '', source: '' };
    const image = await ownImage(ec2, about, region, problems);
    await checkRegions(ec2, regions, region, problems);
    refuse(problems);
    if (!image) return;
    const source = await sourceOf(ec2, image, region);
    const kmsKey = value('kms_key');
    const signal = interruptible(() => progress.line('Already stopping.'));
    const copies = await copyAll({ source, regions, connect: ec2Client, signal, progress, ...(kmsKey && { kmsKey }) });
    const record = recordOfImage(image, 'copies.json', { imageId: image.ImageId, region, copies });
    progress.end();
    process.stdout.write(
      value('format') === 'json'
        ? `${JSON.stringify({ imageId: image.ImageId, region, copies, record }, null, 2)}\n`
        : copiesAsText(copies),
    );
    if (signal.aborted) {
      const { message, exitStatus } = signal.reason as Interruption;
      throw new Failure(`${message} ${underWay(copies)}`, exitStatus);
    }
    if (copies.some(({ stage }) => stage === 'failed')) process.exitCode = 1;
  } finally {
    progress.end();
  }
});
