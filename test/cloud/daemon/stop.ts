import { sendCommand } from './control.ts';
import { joinCloud } from './join.ts';
import { notedDaemon } from './running.ts';

/** Ends the daemon of a folder and all machines; what a killed one left is taken over first. False if nothing ran. */
export async function stopCloud(folder: string): Promise<boolean> {
  const first = await sendCommand(folder, '/stop');
  if (first) return checked(first);
  if (!notedDaemon(folder)) return false;
  await joinCloud(folder, { base: false, onProgress: () => {} });
  return checked(await sendCommand(folder, '/stop'));
}

function checked(outcome: object | undefined): true {
  if (outcome && 'stopped' in outcome) return true;
  const why = outcome && 'failed' in outcome ? outcome.failed : 'its process ended while it was stopping';
  throw new Error(`The local cloud did not stop in order: ${why}. Run test/cloud/stop again.`);
}
