import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Problem } from '../command/problems.ts';
import { unknownNames } from '../command/unknown.ts';
import { yaml } from '../command/yaml.ts';
import { type ConfigFile, parseFile, sectionOf, valueAt } from './config-file.ts';
import { PARAMETERS } from './image.ts';
import type { Declaration } from './parameter.ts';
import type { Resolved } from './settings.ts';
import type { Entry } from './yaml-nodes.ts';

export interface Config {
  /** Values of parameters by name. */
  parameters: Map<string, Resolved>;
  /** The S3 location of build resources, before it is taken apart into bucket and prefix. */
  s3?: Resolved;
  /** `_.s3base`: what an S3 location without `s3://` is relative to. */
  s3base?: Resolved;
  /** `account_id`: the only AWS account in which anything may be done. */
  accountId?: Resolved;
  /** What is said of the file, and is no problem. */
  notes: string[];
}

/** What there is when no config file was named. */
export const NO_CONFIG: Config = { parameters: new Map(), notes: [] };

/** Keys of an environment that are read here. It may have more, for what else is deployed with the same file. */
const READ = ['_', 'account_id', 'ami'];

/** Keys of an environment that are named in a note, if nothing reads them. */
const NAMED = 10;

/** Parameters that a file may have values for. */
const IN_FILES = (PARAMETERS as Declaration).filter(({ commandLineOnly }) => !commandLineOnly);

/** Where values stand below an environment. */
const PLACES = [['ami', 's3'], ...IN_FILES.map(({ name, config = ['ami', name] }) => config)];

/**
 * Reads one environment of a config file in lava deploy format. Every scalar is taken as text, so that an unquoted
 * python version 3.10 stays 3.10. Anything wrong with the file becomes a problem.
 */
export function readConfig(file: string, env: string, problems: Problem[]): Config {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    problems.push({ parameter: 'config', value: file, source: 'command line', ...whyUnreadable(error) });
    return NO_CONFIG;
  }
  return parseConfig(text, basename(file), env, problems);
}

function whyUnreadable(error: unknown): { message: string; fix: string } {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return { message: 'there is no such file', fix: 'Check the name; it is taken from here.' };
  if (code === 'EISDIR') return { message: 'is a folder', fix: 'Name a YAML file.' };
  return { message: `can not be read: ${message}`, fix: 'Make it readable.' };
}

/** The same for text that was already read; `name` stands for the file in messages and sources. */
export function parseConfig(text: string, name: string, env: string, problems: Problem[]): Config {
  const file = parseFile(text, name, problems);
  if (!file) return NO_CONFIG;
  const all = file.nodes.entries(file.root);
  const section = all.get(env)?.value;
  if (section === undefined) {
    const environments = [...all.keys()];
    problems.push({
      parameter: 'env',
      value: env,
      source: 'command line',
      message: `is not an environment of ${name}`,
      fix: `Use one of: ${environments.join(', ')}.`,
    });
    return NO_CONFIG;
  }
  const environment = sectionOf(file, section, env);
  const of = (key: string) => environment && file.nodes.entries(environment).get(key)?.value;
  const ami = sectionOf(file, of('ami'), `${env}.ami`);
  const general = sectionOf(file, of('_'), `${env}._`);
  problems.push(...unknownKeys(file, ami, `${env}.ami`, ['ami']));
  const parameters = new Map<string, Resolved>();
  for (const parameter of IN_FILES) {
    const [, ...keys] = parameter.config ?? ['ami', parameter.name];
    const value = valueAt(file, ami, `${env}.ami`, keys, parameter.name);
    if (value) parameters.set(parameter.name, value);
  }
  const s3 = valueAt(file, ami, `${env}.ami`, ['s3'], 's3');
  const s3base = valueAt(file, general, `${env}._`, ['s3base'], 's3base');
  const accountId = valueAt(file, environment, env, ['account_id'], 'account_id');
  const notes = environment ? notRead(file, env, [...file.nodes.entries(environment).values()]) : [];
  return { parameters, notes, ...(s3 && { s3 }), ...(s3base && { s3base }), ...(accountId && { accountId }) };
}

/** Keys of a section, and of those in it, that are no parameters. `path` is where it stands below the environment. */
function unknownKeys(
  file: ConfigFile,
  section: ReturnType<typeof sectionOf>,
  shown: string,
  path: readonly string[],
): Problem[] {
  if (!section) return [];
  const below = PLACES.filter(place => path.every((key, depth) => place[depth] === key)).map(place =>
    place.slice(path.length),
  );
  const known = [...new Set(below.map(([key = '']) => key))];
  const entries = [...file.nodes.entries(section).values()];
  const inSections = below.flatMap(([key = '', ...rest]) => {
    const value = rest.length > 0 ? file.nodes.followed(file.nodes.entries(section).get(key)?.value) : undefined;
    return yaml().isMap(value) ? unknownKeys(file, value, `${shown}.${key}`, [...path, key]) : [];
  });
  const unknown = entries.filter(({ name }) => !known.includes(name));
  const problems = unknownNames(
    unknown,
    known,
    ({ name }) => name,
    ({ name, key }) => ({
      parameter: 'config',
      source: `${file.name}, line ${file.lineOf(key)}`,
      message: `${shown}.${name} is not a parameter`,
    }),
  );
  return [...problems, ...inSections];
}

/** What an environment has that is not read: a key that is mistyped would be as good as none. */
function notRead(file: ConfigFile, env: string, entries: readonly Entry[]): string[] {
  const others = entries.filter(({ name }) => !READ.includes(name));
  if (others.length === 0) return [];
  const named = others.slice(0, NAMED).map(({ name, key }) => `${name} (line ${file.lineOf(key)})`);
  const more = others.length > NAMED ? `, and ${(others.length - NAMED).toLocaleString('en')} more` : '';
  return [`${file.name}: of ${env}, only ${READ.join(', ')} are read here, and not: ${named.join(', ')}${more}.`];
}
