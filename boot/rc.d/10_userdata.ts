import { bootScript } from '../lib/boot-script.ts';
import { describeUserData } from '../lib/describe-user-data.ts';
import { readUserData } from '../lib/user-data.ts';

export const ended = bootScript('10_userdata', async (imds, journal) => {
  describeUserData(await readUserData(imds), journal);
});
