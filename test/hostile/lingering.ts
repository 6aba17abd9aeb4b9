import { setTimeout as sleep } from 'node:timers/promises';
import { cleaningUp, mayBeLeft } from '../../scripts/lib/command/interruption.ts';
import { main } from '../../scripts/lib/command/main.ts';

// A command that takes no notice of an interruption: for half a minute it waits, or with PARAMETER_cleaning=yes cleans up.
await main(async () => {
  mayBeLeft('instance i-1');
  const linger = () => sleep(30_000);
  const ends = process.env.PARAMETER_cleaning === 'yes' ? cleaningUp(linger) : linger();
  console.log('ready');
  await ends;
});
