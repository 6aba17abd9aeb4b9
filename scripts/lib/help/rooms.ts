import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { ROOT } from '../command/root.ts';

/** The rooms of scripts/lib from the top down, and what each is for. A room imports only rooms below it. */
export const ROOMS: Readonly<Record<string, string>> = {
  help: 'what `make help` says, and the files that are generated from declarations',
  housekeeping: 'images that go or are handed on (retire, sweep, share, copy), and what uses them',
  rollout: 'lava-ami: images, worker stacks, and giving stacks another image',
  resume: 'going on with a build that failed and kept its instance',
  launch: 'trying an image: an instance of it',
  packer: 'runs packer, reads what it says, finishes the image',
  cleanup: 'what a failed build left in AWS, and its removal',
  record: 'what is kept of a build, what is on its image, and what differs between two',
  stage: 'the tarball for the build instance',
  plan: 'everything that is decided before a build does anything, as plain data; what it will cost',
  resources: 'what comes from outside, and why it is trusted; Python packages in wheels/',
  sync: 'ami/resources.s3 to S3, only what differs',
  lookup: 'what AWS has to be asked before a build, one file per question (read only)',
  parameters: 'what the user may say and did say, and what is wrong with it',
  command: 'the frame of every command: progress, interruption, problems, steps, tables',
  aws: 'clients, errors and the region of AWS, and what several rooms know of its resources',
};

/** For each room, in order of ROOMS, the other rooms that its files import, tests aside; '' for what is in no room. */
export function importsOfRooms(library = join(ROOT, 'scripts/lib')): Map<string, Set<string>> {
  const order = Object.keys(ROOMS);
  const imports = new Map<string, Set<string>>(order.map(room => [room, new Set()]));
  for (const file of readdirSync(library, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
    const room = roomOf(file);
    const known = imports.get(room) ?? new Set();
    imports.set(room, known);
    for (const [, path = ''] of readFileSync(join(library, file), 'utf8').matchAll(RELATIVE_IMPORT)) {
      const other = roomOf(relative(library, join(library, dirname(file), path)));
      if (other !== room) known.add(other);
    }
  }
  return new Map(
    [...imports].map(([room, others]) => [
      room,
      new Set([...others].sort((a, b) => order.indexOf(a) - order.indexOf(b))),
    ]),
  );
}

/** `from './x.ts'` and `import('./x.ts')`. */
const RELATIVE_IMPORT = /(?:\bfrom\s|\bimport\()\s*'(\.{1,2}\/[^']+)'/g;

function roomOf(file: string): string {
  const [room = '', ...rest] = file.split(sep);
  return rest.length > 0 ? room : '';
}
