import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { readAmiBuild } from './lib/ami-build.ts';
import { LAUNCH_PARAMETERS, OPTIONS, PARAMETERS, type Parameter } from './lib/parameters.ts';
import { ROOT } from './lib/root.ts';

// `make help`: targets from the Makefile's `##` comments, everything else from where it is declared.

const bold = (text: string) => styleText('bold', text, { stream: process.stdout });
const WIDTH = 16;

function entry(name: string, text: string): string {
  return `  ${bold(name.padEnd(WIDTH))} ${text}`;
}

/** Targets and their sections, in the order of the Makefile. */
function targets(makefile: string): string[] {
  return makefile.split('\n').flatMap(line => {
    const section = /^##@ (.*)/.exec(line);
    if (section) return ['', `${section[1]}:`];
    const target = /^([a-z-]+):.*? ## (.*)/.exec(line);
    return target ? [entry(target[1] ?? '', target[2] ?? '')] : [];
  });
}

function parameters(list: readonly Parameter[]): string[] {
  return list.map(({ name, required, meaning }) => entry(`${name}${required ? '*' : ''}`, meaning));
}

function values(list: Record<string, { description: string }>, standard: string | undefined): string[] {
  return Object.entries(list).map(([name, { description }]) =>
    entry(name, `${description}${name === standard ? ' (default)' : ''}`),
  );
}

const { os, arch, defaults } = readAmiBuild();
const ownToLaunch = LAUNCH_PARAMETERS.filter(({ name }) => !PARAMETERS.some(parameter => parameter.name === name));
const help = [
  `Usage: ${bold('make TARGET [name=value ...]')}`,
  '',
  ...targets(readFileSync(join(ROOT, 'Makefile'), 'utf8')),
  '',
  'Parameters of make ami (* has to be given, here or in the config file, unless it',
  'has a default in ami/ami-build.yaml):',
  ...parameters(PARAMETERS),
  '',
  'Options of make ami:',
  ...parameters(OPTIONS),
  '',
  'Parameters of make launch, beside config, env, region, subnet, sg, ip:',
  ...parameters(ownToLaunch),
  '',
  'Values of os:',
  ...values(os, defaults.os),
  '',
  'Values of arch:',
  ...values(arch, defaults.arch),
];
console.log(help.join('\n'));
