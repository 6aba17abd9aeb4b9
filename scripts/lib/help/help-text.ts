import { nearest } from '../command/nearest.ts';
import { UserMistake } from '../command/problems.ts';
import type { AmiBuild } from '../parameters/ami-build.ts';
import { COPY_PARAMETERS, RETIRE_PARAMETERS, SHARE_PARAMETERS, SWEEP_PARAMETERS } from '../parameters/housekeeping.ts';
import { PARAMETERS } from '../parameters/image.ts';
import type { Declaration, Parameter } from '../parameters/parameter.ts';
import { DIFF_PARAMETERS, RESUME_PARAMETERS } from '../parameters/records.ts';
import { FETCH_OPTIONS, LAUNCH_PARAMETERS, OPTIONS, PLAN_OPTIONS, SYNC_OPTIONS } from '../parameters/targets.ts';
import { AMIS_PARAMETERS } from '../rollout/make-parameters.ts';

const COLUMNS = 80;
const NAMES = 17;

/** How names and headings look: bold on a terminal, as they are elsewhere. */
export type Bold = (text: string) => string;

/** The whole of `make help`; no line is wider than 80 columns. */
export function helpText(makefile: string, { os, arch, defaults }: AmiBuild, bold: Bold): string {
  const parameters = (list: Declaration) =>
    list.flatMap(({ name, required, meaning }) => {
      const standard = defaults[name] ? ` (${defaults[name]})` : '';
      return entry(`${name}${required && !standard ? ' *' : ''}`, meaning + standard, bold);
    });
  const values = (list: Record<string, { description: string }>) =>
    Object.entries(list).flatMap(([name, { description }]) => entry(name, description, bold));
  return [
    `${bold('make TARGET [name=value ...]')}`,
    ...targets(makefile, bold),
    '',
    bold('Parameters of make ami and make plan'),
    '  * has to be given, here or in the config file. In brackets: the default.',
    ...parameters(PARAMETERS),
    '',
    bold('Options of make ami'),
    ...parameters(OPTIONS),
    '',
    bold('Options of make plan'),
    ...parameters(PLAN_OPTIONS),
    '',
    bold('Options of make sync, which needs only region, s3bucket and s3prefix'),
    ...parameters(SYNC_OPTIONS),
    '',
    bold('Parameters of make launch, beside config, env, ip, region, sg, subnet'),
    ...parameters(LAUNCH_PARAMETERS.filter(({ name }) => !PARAMETERS.some(parameter => parameter.name === name))),
    '',
    bold('Parameters of make resume'),
    ...parameters(RESUME_PARAMETERS.filter(({ name }) => !OPTIONS.some(option => option.name === name))),
    '',
    bold('Parameters of make diff'),
    ...parameters(DIFF_PARAMETERS.filter(({ name }) => name !== 'region')),
    '',
    bold('Parameters of make amis, beside arch and region'),
    ...parameters(AMIS_PARAMETERS.filter(({ name }) => !PARAMETERS.some(parameter => parameter.name === name))),
    '',
    bold('Parameters of make retire'),
    ...parameters(RETIRE_PARAMETERS.filter(({ name }) => name !== 'region')),
    '',
    bold('Parameters of make sweep'),
    ...parameters(SWEEP_PARAMETERS.filter(({ name }) => name !== 'region')),
    '',
    bold('Parameters of make share'),
    ...parameters(SHARE_PARAMETERS.filter(({ name }) => name !== 'region')),
    '',
    bold('Parameters of make copy'),
    ...parameters(COPY_PARAMETERS.filter(({ name }) => name !== 'region')),
    '',
    bold('Values of os'),
    ...values(os),
    '',
    bold('Values of arch'),
    ...values(arch),
    '',
    'More about one parameter, with an example: make help topic=sg',
    '',
  ].join('\n');
}

/** One parameter at length. A name that is none is the user's mistake. */
export function topicText(topic: string, amiBuild: AmiBuild, bold: Bold): string {
  const all: Declaration = [
    ...PARAMETERS,
    ...OPTIONS,
    ...PLAN_OPTIONS,
    ...FETCH_OPTIONS,
    ...SYNC_OPTIONS,
    ...LAUNCH_PARAMETERS,
    ...RESUME_PARAMETERS,
    ...DIFF_PARAMETERS,
    ...AMIS_PARAMETERS,
    ...RETIRE_PARAMETERS,
    ...SWEEP_PARAMETERS,
    ...SHARE_PARAMETERS,
    ...COPY_PARAMETERS,
  ];
  const named = all.filter(({ name }) => name === topic);
  if (named.length === 0) {
    const names = all.map(({ name }) => name);
    const message = 'is not a parameter';
    throw new UserMistake([
      { parameter: 'topic', value: topic, source: 'command line', message, fix: nearest(topic, names) },
    ]);
  }
  // Targets may mean different things by one name; what means the same is explained once.
  const meanings = named.filter(({ meaning }, n) => named.findIndex(other => other.meaning === meaning) === n);
  return meanings.map(parameter => explanation(parameter, amiBuild, bold)).join('\n');
}

function explanation(parameter: Parameter, amiBuild: AmiBuild, bold: Bold): string {
  const { name, meaning, detail, example, required, commandLineOnly, config } = parameter;
  const standard = amiBuild.defaults[name];
  const place = (config ?? ['ami', name]).join('.');
  return [
    bold(name),
    ...wrap(`${meaning}.`, 2),
    ...(detail ? ['', ...wrap(detail, 2)] : []),
    '',
    `  ${standard ? `Default: ${standard}` : required ? 'It has to be given.' : 'It may be left out.'}`,
    ...(commandLineOnly ? [] : [`  In a config file: ENV.${place}`]),
    `  Example: ${name}=${example}`,
    '',
  ].join('\n');
}

/** Targets and their sections as the Makefile's `##` comments tell them, in its order. */
function targets(makefile: string, bold: Bold): string[] {
  return makefile.split('\n').flatMap(line => {
    const [, section] = /^##@ (.*)/.exec(line) ?? [];
    if (section) return ['', bold(section)];
    const [, name, text] = /^([a-z-]+):.*? ## (.*)/.exec(line) ?? [];
    return name && text ? entry(name, text, bold) : [];
  });
}

function entry(name: string, text: string, bold: Bold): string[] {
  const [first = '', ...rest] = wrap(text, NAMES + 2);
  return [`  ${bold(name.padEnd(NAMES))}${first.trimStart()}`, ...rest];
}

/** Words in lines of at most 80 columns, indented. */
function wrap(text: string, indent: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && indent + line.length + 1 + word.length <= COLUMNS) lines[lines.length - 1] += ` ${word}`;
    else lines.push(word);
  }
  return lines.map(line => ' '.repeat(indent) + line);
}
