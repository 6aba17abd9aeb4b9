import { join } from 'node:path';
import { ambientRegion } from './lib/aws/region.ts';
import { refuse } from './lib/command/problems.ts';
import { ROOT } from './lib/command/root.ts';
import { command } from './lib/parameters/command.ts';
import { DIFF_PARAMETERS } from './lib/parameters/records.ts';
import { diffAsMarkdown } from './lib/record/diff.ts';
import { findSbom, notRecorded } from './lib/record/sbom.ts';

// `make diff`: what changed between two images, as Markdown on stdout. Asks AWS only about images not built here.
await command(DIFF_PARAMETERS, async ({ values, problems }) => {
  const dist = join(ROOT, 'dist');
  const connect = async () => {
    const region = values.region ?? (await ambientRegion(process.env))?.value;
    return region ? (await import('./lib/aws/clients.ts')).ec2Client(region) : undefined;
  };
  const find = async (parameter: 'a' | 'b') => {
    const sbom = await findSbom(dist, values[parameter], connect);
    if (!sbom) problems.push(notRecorded(dist, parameter, values[parameter]));
    return sbom;
  };
  const [a, b] = [await find('a'), await find('b')];
  refuse(problems);
  if (a && b) process.stdout.write(diffAsMarkdown(a, b));
});
