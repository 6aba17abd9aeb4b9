import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
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
  execFileSync('rm', ['-rf', '--one-file-system', '--', folder], { stdio: 'inherit' });
  console.log(`Removed ${folder}`);
});
