import { stopCloud } from '../daemon/stop.ts';
import { cloudFolder } from '../folder.ts';
import { main, requireHost } from './main.ts';

await main(async () => {
  requireHost();
  const stopped = await stopCloud(cloudFolder());
  console.log(stopped ? 'Stopped. Its images and buckets stay; test/cloud/clean removes them.' : 'It was not running.');
});
