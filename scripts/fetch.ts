import { join } from 'node:path';
import { Failure, refuse } from './lib/command/problems.ts';
import { ROOT } from './lib/command/root.ts';
import { readAmiBuild } from './lib/parameters/ami-build.ts';
import { command } from './lib/parameters/command.ts';
import { FETCH_PARAMETERS } from './lib/parameters/targets.ts';
import { fetchResources } from './lib/resources/fetch.ts';
import { imageKind, neededResources, readResourceList } from './lib/resources/list.ts';
import { addPython, pinResources } from './lib/resources/pin.ts';
import { fetchWheels } from './lib/resources/wheels/fetch-wheels.ts';
import { wheelPlace } from './lib/resources/wheels/place.ts';
import { readRequirements } from './lib/resources/wheels/requirements.ts';

const amiBuild = readAmiBuild();

// `make fetch`: what comes from outside the operating system's repositories, into ami/resources.s3.
await command(
  FETCH_PARAMETERS,
  async ({ values, settings, problems, progress, signal }) => {
    const kind = imageKind(settings);
    const { pin } = values;
    let listed = readResourceList(problems);
    refuse(problems);
    if (pin && !listed.some(({ name, version }) => name === 'python' && version === kind.pythonVersion)) {
      addPython(kind.pythonVersion, listed);
      listed = readResourceList(problems);
    }
    const needed = neededResources(listed, kind);
    if (!kind.region) progress.line('No region is known, so what there is one of for each region is not fetched.');
    const folder = join(ROOT, 'ami/resources.s3');
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
  },
  { amiBuild },
);
