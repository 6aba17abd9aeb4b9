import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../command/root.ts';
import { yaml } from '../command/yaml.ts';
import { readAmiBuild } from '../parameters/ami-build.ts';
import { PARAMETERS } from '../parameters/image.ts';
import type { Declaration } from '../parameters/parameter.ts';
import { STEPS } from '../plan/steps.ts';
import { helpText } from './help-text.ts';
import { importsOfRooms, ROOMS } from './rooms.ts';

/** Files that are made of the declarations, wholly or between two marks, and what has to stand in them. */
export function generatedFiles(): Map<string, string> {
  return new Map([
    [HELP_FILE, helpText(read('Makefile'), readAmiBuild(), text => text)],
    ['README.md', between(read('README.md'), 'parameters', parameterTable())],
    [SCRIPTS_PAGE, between(between(read(SCRIPTS_PAGE), 'steps', stepList()), 'rooms', roomTable())],
    [WORKER_PAGE, between(read(WORKER_PAGE), 'parameters', workerParameterTable())],
  ]);
}

const SCRIPTS_PAGE = 'scripts/README.md';
const WORKER_PAGE = 'docs/worker-template.md';

/** What `make help` shows as long as the packages, and with them the right Node, are not installed. */
const HELP_FILE = 'scripts/help.txt';

/** The parameters of `make ami` as a Markdown table. */
function parameterTable(): string {
  const { defaults } = readAmiBuild();
  const rows = (PARAMETERS as Declaration).map(({ name, required, meaning, example, commandLineOnly, config }) => {
    const needed = required && !defaults[name] ? 'yes' : '';
    const place = commandLineOnly ? '' : `\`${(config ?? ['ami', name]).join('.')}\``;
    return `| ${name} | ${needed} | ${meaning} | ${place} | \`${example}\` |`;
  });
  return ['| Parameter | Required | Meaning | In a config file | Example |', '|--|--|--|--|--|', ...rows].join('\n');
}

/** The steps of `make ami`, numbered. */
function stepList(): string {
  return Object.entries(STEPS)
    .map(([step, does], n) => `${n + 1}. **${step}** ${does}`)
    .join('\n');
}

/** The rooms of scripts/lib as a Markdown table, with what each imports. */
function roomTable(): string {
  const rows = [...importsOfRooms()].map(
    ([room, others]) => `| ${room}/ | ${ROOMS[room]} | ${[...others].join(', ')} |`,
  );
  return ['| Room | What for | Imports |', '|--|--|--|', ...rows].join('\n');
}

/** The parameters of the worker template as a Markdown table, in the order in which the console asks for them. */
function workerParameterTable(): string {
  const options = { logLevel: 'silent' } as const; // it does not know CloudFormation's tags
  const { Metadata, Parameters } = yaml().parse(read('deploy/worker.cfn.yaml'), options);
  const names: string[] = Metadata['AWS::CloudFormation::Interface'].ParameterGroups.flatMap(
    (group: { Parameters: string[] }) => group.Parameters,
  );
  const rows = names.map(name => {
    const { Description, Default } = Parameters[name];
    const value = Default === undefined ? 'required' : Default === '' ? '' : `\`${Default}\``;
    return `| ${name} | ${Description} | ${value} |`;
  });
  return ['| Parameter | Meaning | Default |', '|--|--|--|', ...rows].join('\n');
}

/** Text with what stands between `<!-- name -->` and `<!-- end of name -->` replaced. */
function between(text: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name} -->\n`, `<!-- end of ${name} -->`];
  const [before, rest = ''] = text.split(start);
  const after = rest.split(end)[1];
  if (after === undefined) throw new Error(`the marks of ${name} are missing`);
  return `${before}${start}${content}\n${end}${after}`;
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}
