import { join } from 'node:path';
import { given } from './lib/command/given.ts';
import { interruptible } from './lib/command/interruption.ts';
import { main } from './lib/command/main.ts';
import { Failure, refuse } from './lib/command/problems.ts';
import { createProgress } from './lib/command/progress.ts';
import { ROOT } from './lib/command/root.ts';
import { readAmiBuild } from './lib/parameters/ami-build.ts';
import { FETCH_PARAMETERS } from './lib/parameters/targets.ts';
import { resolveGiven } from './lib/plan/prepare.ts';
import { fetchResources } from './lib/resources/fetch.ts';
import { imageKind, neededResources, readResourceList } from './lib/resources/list.ts';
import { addPython, pinResources } from './lib/resources/pin.ts';
import { fetchWheels } from './lib/resources/wheels/fetch-wheels.ts';
import { wheelPlace } from './lib/resources/wheels/place.ts';
import { readRequirements } from './lib/resources/wheels/requirements.ts';

// `make fetch`: what comes from outside the operating system's repositories, into ami/resources.s3.
await main(async () => {
  const progress = await createProgress();
  const signal = interruptible(() => progress.line('Already stopping.'));
  const amiBuild = readAmiBuild();
  const { settings, problems } = await resolveGiven(given(), FETCH_PARAMETERS, amiBuild);
  refuse(problems);
  const kind = imageKind(settings);
  const pin = settings.get('pin')?.value === 'yes';
  if (
    pin &&
    !readResourceList(problems).some(({ name, version }) => name === 'python' && version === kind.pythonVersion)
  ) {
    addPython(kind.pythonVersion, readResourceList(problems));
  }
  const needed = neededResources(readResourceList(problems), kind);
  refuse(problems);
  if (!kind.region) progress.line('No region is known, so what there is one of for each region is not fetched.');
  const folder = join(ROOT, 'ami/resources.s3');
  try {
    const { fetched, pinned, failures } = await fetchResources(needed, { folder, pin, signal, progress });
    pinResources(pinned);
    for (const { resource, sha256 } of pinned) progress.line(`${resource.path}: pinned ${sha256}`);
    console.log(
      `${fetched.length} resources fetched, ${needed.length - fetched.length - failures.length} there already`,
    );
    if (!kind.skip.includes('python-packages')) {
      progress.working('fetch: Python packages');
      const done = await fetchWheels(wheelPlace(settings, amiBuild), readRequirements(), signal);
      progress.end();
      console.log(done);
    }
    if (failures.length > 0) throw new Failure(`These could not be fetched:\n  ${failures.join('\n  ')}`);
  } finally {
    progress.end();
  }
});
