import { main } from './lib/command/main.ts';
import { HELP, naming, readCommandLine } from './lib/rollout/command-line.ts';
import { checkOptions } from './lib/rollout/options.ts';
import { lavaAmi } from './lib/rollout/run.ts';

// `npx lava-ami`: the images of lava workers, and which stack has which; gives stacks another image.
await main(async frame => {
  const { typed, help, problems } = readCommandLine(process.argv.slice(2));
  if (help) process.stdout.write(HELP);
  else await lavaAmi(checkOptions(typed, naming, Boolean(process.stdin.isTTY), problems), frame);
});
