import { bootScript } from '../lib/boot-script.ts';
import { command } from '../lib/command.ts';
import { installCrontabs } from '../lib/crontabs.ts';
import { instanceS3 } from '../lib/instance-s3.ts';
import { keyOf, readUserData } from '../lib/user-data.ts';

export const ended = bootScript('60_crontab', async (imds, journal) => {
  const value = keyOf(await readUserData(imds), 'crontab');
  if (value === undefined) return;
  await installCrontabs(value, () => instanceS3(imds), journal, command);
});
