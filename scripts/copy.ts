import { ec2Client } from './lib/aws/clients.ts';
import type { Interruption } from './lib/command/interruption.ts';
import { Failure, type Problem, refuse } from './lib/command/problems.ts';
import { copiesAsText, copyAll, underWay } from './lib/housekeeping/copy-all.ts';
import { checkRegions, sourceOf } from './lib/housekeeping/copy-places.ts';
import { recordOfImage } from './lib/housekeeping/journal.ts';
import { ownImage } from './lib/housekeeping/own-image.ts';
import { command } from './lib/parameters/command.ts';
import { COPY_PARAMETERS } from './lib/parameters/housekeeping.ts';

// `make copy`: copies an image to other regions, all at once, waits for the copies, and keeps which they are.
await command(COPY_PARAMETERS, async ({ values, progress, signal }) => {
  const { region, regions, kms_key: kmsKey, format } = values;
  const problems: Problem[] = [];
  progress.working('looking at the image');
  const ec2 = await ec2Client(region);
  const image = await ownImage(ec2, { value: values.ami, source: 'command line' }, region, problems);
  await checkRegions(ec2, regions, region, problems);
  refuse(problems);
  if (!image) return;
  const source = await sourceOf(ec2, image, region);
  const copies = await copyAll({ source, regions, connect: ec2Client, signal, progress, ...(kmsKey && { kmsKey }) });
  const record = recordOfImage(image, 'copies.json', { imageId: image.ImageId, region, copies });
  progress.end();
  process.stdout.write(
    format === 'json'
      ? `${JSON.stringify({ imageId: image.ImageId, region, copies, record }, null, 2)}\n`
      : copiesAsText(copies),
  );
  if (signal.aborted) {
    const { message, exitStatus } = signal.reason as Interruption;
    throw new Failure(`${message} ${underWay(copies)}`, exitStatus);
  }
  if (copies.some(({ stage }) => stage === 'failed')) process.exitCode = 1;
});
