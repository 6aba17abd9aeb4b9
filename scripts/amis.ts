import { command } from './lib/parameters/command.ts';
import { AMIS_PARAMETERS, typedOf } from './lib/rollout/make-parameters.ts';
import { checkOptions } from './lib/rollout/options.ts';
import { lavaAmi } from './lib/rollout/run.ts';

// `make amis`: what `lava-ami` does, with make's parameters.
await command(
  AMIS_PARAMETERS,
  async ({ values, problems, ...frame }) => {
    const { typed, naming } = typedOf(values);
    await lavaAmi(checkOptions(typed, naming, Boolean(process.stdin.isTTY), problems), frame);
  },
  { unchecked: true },
);
