import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { nearest } from '../command/nearest.ts';
import type { Problem } from '../command/problems.ts';
import { parseFile, sectionOf, valueAt, wrongAt } from './config-file.ts';
import { PARAMETERS } from './image.ts';
import type { Declaration } from './parameter.ts';
import type { Resolved } from './settings.ts';

export interface Config {
  /** Values of parameters by name. */
  parameters: Map<string, Resolved>;
  /** The S3 location of build resources, before it is taken apart into bucket and prefix. */
  s3?: Resolved;
  /** `_.s3base`: what an S3 location without `s3://` is relative to. */
  s3base?: Resolved;
  /** `account_id`: the only AWS account in which anything may be done. */
  accountId?: Resolved;
}

/** What there is when no config file was named. */
export const NO_CONFIG: Config = { parameters: new Map() };

/** Keys of the `ami` section that are no parameter by themselves. */
const SECTIONS = ['s3', 'python'];

/** Parameters that a file may have values for. */
const IN_FILES = (PARAMETERS as Declaration).filter(({ commandLineOnly }) => !commandLineOnly);

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
function parseConfig(text: string, name: string, env: string, problems: Problem[]): Config {
  const file = parseFile(text, name, problems);
  if (!file) return NO_CONFIG;
  const section = file.root.get(env, true);
  if (section === undefined) {
    const environments = file.root.items.map(({ key }) => String(key));
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
  const ami = sectionOf(file, environment?.get('ami', true), `${env}.ami`);
  const general = sectionOf(file, environment?.get('_', true), `${env}._`);
  const known = [...SECTIONS, ...IN_FILES.map(parameter => parameter.name)];
  for (const { key } of ami?.items ?? []) {
    if (known.includes(String(key))) continue;
    wrongAt(file, key, `${env}.ami.${key} is not a parameter`, nearest(String(key), known));
  }
  const parameters = new Map<string, Resolved>();
  for (const parameter of IN_FILES) {
    const [, ...keys] = parameter.config ?? ['ami', parameter.name];
    const value = valueAt(file, ami, `${env}.ami`, keys, parameter.name);
    if (value) parameters.set(parameter.name, value);
  }
  const s3 = valueAt(file, ami, `${env}.ami`, ['s3'], 's3');
  const s3base = valueAt(file, general, `${env}._`, ['s3base'], 's3base');
  const accountId = valueAt(file, environment, env, ['account_id'], 'account_id');
  return { parameters, ...(s3 && { s3 }), ...(s3base && { s3base }), ...(accountId && { accountId }) };
}
