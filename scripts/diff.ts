import { join } from 'node:path';
import { ambientRegion } from './lib/aws/region.ts';
import { given } from './lib/command/given.ts';
import { main } from './lib/command/main.ts';
import type { Problem } from './lib/command/problems.ts';
import { refuse } from './lib/command/problems.ts';
import { ROOT } from './lib/command/root.ts';
import { DIFF_PARAMETERS } from './lib/parameters/records.ts';
import { checkAll, merge } from './lib/parameters/resolve.ts';
import { reader } from './lib/parameters/settings.ts';
import { diffAsMarkdown } from './lib/record/diff.ts';
import { findSbom, notRecorded } from './lib/record/sbom.ts';

// `make diff`: what changed between two images, as Markdown on stdout. Asks AWS only about images not built here.
await main(async () => {
  const problems: Problem[] = [];
  const { settings } = merge(given(), DIFF_PARAMETERS, problems);
  refuse([...problems, ...checkAll(settings, DIFF_PARAMETERS)]);
  const value = reader(settings);
  const dist = join(ROOT, 'dist');
  const connect = async () => {
    const region = value('region') || (await ambientRegion(process.env))?.value;
    return region ? (await import('./lib/aws/clients.ts')).ec2Client(region) : undefined;
  };
  const find = async (parameter: string) => {
    const sbom = await findSbom(dist, value(parameter), connect);
    if (!sbom) problems.push(notRecorded(dist, parameter, value(parameter)));
    return sbom;
  };
  const [a, b] = [await find('a'), await find('b')];
  refuse(problems);
  if (a && b) process.stdout.write(diffAsMarkdown(a, b));
});
