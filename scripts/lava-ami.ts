#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// `npx lava-ami`: the images of lava workers, and which stack has which; gives stacks another image.
// Everything else is loaded after it is known where Node keeps what it compiled.
enableCompileCache?.(join(import.meta.dirname, '../node_modules/.cache/node-compile'));
const [{ main }, { HELP, naming, readCommandLine }] = await Promise.all([
  import('./lib/main.ts'),
  import('./lib/rollout/command-line.ts'),
]);

await main(async () => {
  const { typed, help, problems } = readCommandLine(process.argv.slice(2));
  if (help) {
    process.stdout.write(HELP);
    return;
  }
  const { checkOptions } = await import('./lib/rollout/options.ts');
  const options = checkOptions(typed, naming, Boolean(process.stdin.isTTY), problems);
  const { lavaAmi } = await import('./lib/rollout/run.ts');
  await lavaAmi(options);
});
