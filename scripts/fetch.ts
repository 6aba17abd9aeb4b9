import { readAmiBuild } from './lib/ami-build.ts';
import { given } from './lib/given.ts';
import { interruptible } from './lib/interruption.ts';
import { main } from './lib/main.ts';
import { FETCH_PARAMETERS } from './lib/parameters.ts';
import { resolveGiven } from './lib/prepare.ts';
import { createProgress } from './lib/progress.ts';
import { refuse } from './lib/resolve.ts';
import { fetchWheels } from './lib/wheels/fetch-wheels.ts';
import { wheelPlace } from './lib/wheels/place.ts';
import { readRequirements } from './lib/wheels/requirements.ts';

// `make fetch`: what comes from outside the operating system's repositories, into ami/resources.s3.
await main(async () => {
  const progress = await createProgress();
  const signal = interruptible(() => progress.line('Already stopping.'));
  const amiBuild = readAmiBuild();
  const { settings, problems } = await resolveGiven(given(), FETCH_PARAMETERS, amiBuild);
  refuse(problems);
  try {
    progress.working('fetch: Python packages');
    const done = await fetchWheels(wheelPlace(settings, amiBuild), readRequirements(), signal);
    progress.end();
    console.log(done);
  } finally {
    progress.end();
  }
});
