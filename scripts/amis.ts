import { given } from './lib/command/given.ts';
import { main } from './lib/command/main.ts';
import type { Problem } from './lib/command/problems.ts';
import { checkAll, merge } from './lib/parameters/resolve.ts';
import { AMIS_PARAMETERS, typedOf } from './lib/rollout/make-parameters.ts';
import { checkOptions } from './lib/rollout/options.ts';
import { lavaAmi } from './lib/rollout/run.ts';

// `make amis`: what `lava-ami` does, with make's parameters.
await main(async () => {
  const problems: Problem[] = [];
  const { settings } = merge(given(), AMIS_PARAMETERS, problems);
  problems.push(...checkAll(settings, AMIS_PARAMETERS));
  const { typed, naming } = typedOf(settings);
  await lavaAmi(checkOptions(typed, naming, Boolean(process.stdin.isTTY), problems));
});
