import { joinCloud } from '../daemon/join.ts';
import { outdated } from '../daemon/outdated.ts';
import { operatorCredentials } from '../endpoint/credentials.ts';
import { cloudEnvironment } from '../environment.ts';
import { cloudFolder } from '../folder.ts';
import { main, requireHost } from './main.ts';

// What test/cloud/run asks before it becomes the command: starts or joins the cloud, then prints the environment, a
// line for each variable: NAME=VALUE to set it, NAME to remove it.

/** Waiting is explained when it takes longer than this, in milliseconds. */
const PATIENCE = 2000;

await main(async () => {
  requireHost();
  const folder = cloudFolder();
  const started = Date.now();
  const held: string[] = ['Starting the local cloud'];
  const tell = (line: string) => process.stderr.write(`${line}\n`);
  const timer = setTimeout(() => {
    for (const line of held.splice(0)) tell(line);
  }, PATIENCE);
  const onProgress = (line: string) => {
    if (Date.now() - started < PATIENCE) held.push(line);
    else tell(line);
  };
  try {
    const base = !process.argv.includes('--no-base');
    const ready = await joinCloud(folder, { base, standIns: process.env.LAVA_CLOUD_STAND_INS ?? '', onProgress });
    const hint = outdated(folder);
    if (hint) tell(hint);
    const { set, unset } = cloudEnvironment({ ...ready, ...operatorCredentials(folder) });
    const lines = [...unset, ...Object.entries(set).map(([name, value]) => `${name}=${value}`)];
    process.stdout.write(`${lines.join('\n')}\n`);
  } finally {
    clearTimeout(timer);
  }
});
