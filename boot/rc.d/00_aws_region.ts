import { configureRegion } from '../lib/aws-config.ts';
import { bootScript } from '../lib/boot-script.ts';
import { instanceRegion } from '../lib/region.ts';

export const ended = bootScript('00_aws_region', async (imds, journal) => {
  configureRegion(await instanceRegion(imds), journal);
});
