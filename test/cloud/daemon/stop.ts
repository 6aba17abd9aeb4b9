import { type Outcome, sendCommand } from './control.ts';
import { joinCloud } from './join.ts';
import { waitForUnlock } from './lock.ts';
import { notedDaemon } from './running.ts';

/** How long a daemon that has stopped everything may take to exit, in seconds. */
const EXIT_TIMEOUT = 10;

/** Ends the daemon of a folder and all machines; what a killed one left is taken over first. False if nothing ran. */
export async function stopCloud(folder: string): Promise<boolean> {
  const first = await sendCommand(folder, '/stop');
  if (first) return ended(folder, first);
  if (!notedDaemon(folder)) return false;
  await joinCloud(folder, { base: false, standIns: '', onProgress: () => {} });
  return ended(folder, await sendCommand(folder, '/stop'));
}

function ended(folder: string, outcome: Outcome | undefined): true {
  if (outcome && 'stopped' in outcome && waitForUnlock(folder, EXIT_TIMEOUT)) return true;
  const why = outcome && 'failed' in outcome ? outcome.failed : 'its process ended before it was done, or not at all';
  throw new Error(`The local cloud did not stop in order: ${why}. Run test/cloud/stop again.`);
}
