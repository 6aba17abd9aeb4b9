import { ProcessOutput } from 'zx/core';
import { cleaningUp } from '../../scripts/lib/command/interruption.ts';
import { main } from '../../scripts/lib/command/main.ts';
import { commands, say } from './commands.ts';
import { rollOut } from './roll-out.ts';

// The demonstration behind `make demo`, run inside the local cloud: builds an image, launches it, shows that it is up;
// then a worker runs on it, and is given another image.

const SAMPLE = ['config=deploy/sample.yaml', 'env=local'];

/** Components that this machine can't fetch, separated by commas. */
function warn(leftOut: string): void {
  if (leftOut === '') return;
  const sources = leftOut.replaceAll(',', ', ');
  console.log(`
!! NOT A WHOLE IMAGE: this machine does not reach the sources of ${sources}, so the image goes without.
!! In AWS nothing is left out unasked: make ami refuses until make fetch has fetched everything.`);
}

async function demonstrate(interrupted: AbortSignal): Promise<void> {
  const $ = commands(interrupted);
  const leftOut = await $`${process.execPath} test/fetch.ts`;
  warn(leftOut);

  say(`make ami ${SAMPLE.join(' ')} skip=${leftOut}`);
  const both = commands(interrupted, { output: 'both' });
  const built = await both`make --no-print-directory ami ${SAMPLE} ${`skip=${leftOut}`}`;
  const image = built.split('\n').at(-2) ?? '';

  say(`make launch ami=${image} ${SAMPLE.join(' ')}`);
  const launched = await $`make --no-print-directory launch ${`ami=${image}`} ${SAMPLE}`;
  console.log(launched);
  const told = (what: string) => new RegExp(`^${what}: *(.*)`, 'm').exec(launched)?.[1] ?? '';

  say('Logged in to the instance');
  // The line is made for people to paste; word by word it is a command.
  const login = told('Log in').split(' ');
  const look = 'run-parts /etc/update-motd.d; uptime --pretty; systemctl is-system-running; ls ~/packer';
  await commands(interrupted, { output: 'shown' })`${login} -q ${look}`;

  await rollOut(image, told('Instance'), interrupted);
  warn(leftOut);
}

await main(async ({ signal }) => {
  try {
    // The commands are told of an interruption, clean up and end; then the demonstration removes what it has made.
    await cleaningUp(() => demonstrate(signal));
    say(`It all happened in the local cloud; ${Math.round(performance.now() / 1000)} s. Stop it with: test/cloud/stop`);
  } catch (error) {
    if (!(error instanceof ProcessOutput)) throw error;
    process.exitCode = error.exitCode ?? 1; // the command itself has said what went wrong
  }
});
