import { existsSync } from 'node:fs';
import { $ } from 'zx/core';
import { stopCloud } from '../daemon/stop.ts';
import { cloudFolder, isCloudFolder } from '../folder.ts';
import { Complaint, main, requireHost } from './main.ts';

await main(async () => {
  const folder = cloudFolder();
  if (!existsSync(folder)) {
    console.log('There is nothing to remove.');
    return;
  }
  if (!isCloudFolder(folder)) throw new Complaint(`${folder} was not made by the local cloud, so it is left alone.`);
  requireHost();
  await stopCloud(folder);
  // Whatever should still be mounted there is not ours to empty.
  await $({ stdio: 'inherit' })`rm -rf --one-file-system -- ${folder}`;
  console.log(`Removed ${folder}`);
});
