import { type ParseArgsConfig, parseArgs } from 'node:util';
import { nearest } from '../command/nearest.ts';
import type { Problem } from '../command/problems.ts';
import type { Naming, Typed } from './options.ts';

const OPTIONS = {
  number: { type: 'string', short: 'n' },
  profile: { type: 'string', short: 'p' },
  region: { type: 'string', short: 'r' },
  arch: { type: 'string' },
  update: { type: 'boolean', short: 'U' },
  set: { type: 'string' },
  newest: { type: 'boolean' },
  previous: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  'no-wait': { type: 'boolean', short: 'W' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsConfig['options'];
type Name = keyof typeof OPTIONS;

export const HELP = `lava-ami [OPTIONS] [STACK-NAME ...]

Lists the images that lava workers can run on and the CloudFormation stacks of
workers, and changes the image of stacks. STACK-NAME may be a glob pattern, such
as 'prod-*'; quote it.

Listing
  -n, --number N        How many images of each architecture (5)
      --arch A          Only images for x86_64 or arm64
      --json            JSON instead of tables

Updating; STACK-NAME has to be given and must not be just a wildcard
  -U, --update          Asks for each stack which image it should have
      --set AMI         Sets this image
      --newest          Sets the newest image that fits
      --previous        Goes back to the image that the stack had before
      --dry-run         Shows what would change, and changes nothing
  -W, --no-wait         Does not wait for the updates to end

Where
  -p, --profile P       AWS profile
  -r, --region R        AWS region

  -h, --help            This text

Examples
  lava-ami                                  What there is
  lava-ami -n 1 --arch arm64                The newest image for Graviton
  lava-ami -U 'dev-*'                       Asks what to do with each dev stack
  lava-ami --newest --dry-run 'prod-*'      What would happen
  lava-ami --set ami-0043df2e553ad12b6 prod-worker
  lava-ami --previous prod-worker           Back again

Exit status: 0 done, 1 an update failed, was rolled back or refused, 2 a mistake
in what was typed, 130 interrupted.
`;

/** What was typed on the command line, and what of it is not understood. */
export function readCommandLine(args: string[]): { typed: Typed; help: boolean; problems: Problem[] } {
  const { tokens } = parseArgs({ args, options: OPTIONS, strict: false, allowPositionals: true, tokens: true });
  const problems: Problem[] = [];
  const given = new Map<Name, string | true>();
  const patterns: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') patterns.push(token.value);
    if (token.kind !== 'option') continue;
    const wrong = (message: string, fix: string) =>
      problems.push({ parameter: token.rawName, source: 'command line', message, fix });
    const option = Object.hasOwn(OPTIONS, token.name) ? OPTIONS[token.name as Name] : undefined;
    if (!option) {
      wrong(
        'is not an option',
        `${nearest(
          token.rawName,
          Object.keys(OPTIONS).map(name => `--${name}`),
        )} See lava-ami --help.`,
      );
    } else if (option.type === 'boolean') {
      if (token.value !== undefined) wrong('takes no value', `Say ${token.rawName} alone.`);
      given.set(token.name as Name, true);
    } else if (!token.value || (token.value.startsWith('-') && !token.inlineValue)) {
      wrong('needs a value', 'See lava-ami --help.');
    } else {
      given.set(token.name as Name, token.value);
    }
  }
  const text = (name: Name) => given.get(name) as string | undefined;
  return {
    typed: {
      number: text('number'),
      profile: text('profile'),
      region: text('region'),
      arch: text('arch'),
      set: text('set'),
      update: given.has('update'),
      newest: given.has('newest'),
      previous: given.has('previous'),
      dryRun: given.has('dry-run'),
      noWait: given.has('no-wait'),
      json: given.has('json'),
      patterns,
    },
    help: given.has('help'),
    problems,
  };
}

/** How options are called on the command line. */
export const naming: Naming = option =>
  option === 'patterns' ? 'STACK-NAME' : `--${option.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`;
