import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Node, YAMLMap } from 'yaml';
import { nearest } from '../command/nearest.ts';
import type { Problem } from '../command/problems.ts';
import { yaml } from '../command/yaml.ts';
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
export function parseConfig(text: string, name: string, env: string, problems: Problem[]): Config {
  const { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } = yaml();
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, schema: 'failsafe', prettyErrors: false });
  const lineOf = (node: unknown) => lines.linePos((node as Node | null)?.range?.[0] ?? 0).line;
  const wrong = (node: unknown, message: string, fix: string, parameter = 'config') =>
    problems.push({ parameter, source: `${name}, line ${lineOf(node)}`, message, fix });
  /** The node itself, or what it stands for when it is an alias. */
  const followed = (node: unknown): unknown => {
    if (!isAlias(node)) return node;
    const target = node.resolve(document);
    if (target === undefined) wrong(node, `is not YAML: the alias *${node.source} has no anchor`, 'Mend it there.');
    return target;
  };

  for (const error of document.errors) {
    const { line, col } = lines.linePos(error.pos[0]);
    problems.push({
      parameter: 'config',
      source: `${name}, line ${line}, column ${col}`,
      message: error.code === 'DUPLICATE_KEY' ? 'the same key stands here twice' : `is not YAML: ${error.message}`,
      fix: error.code === 'DUPLICATE_KEY' ? 'Keep one of the two.' : 'Mend it there.',
    });
  }
  if (document.errors.length > 0) return NO_CONFIG;
  if (!isMap(document.contents)) {
    wrong(document.contents, 'has no environments', 'See deploy/sample.yaml: the top level keys are environments.');
    return NO_CONFIG;
  }

  const environments = document.contents.items.map(item => String(item.key));
  const section = document.contents.get(env, true);
  if (section === undefined) {
    problems.push({
      parameter: 'env',
      value: env,
      source: 'command line',
      message: `is not an environment of ${name}`,
      fix: `Use one of: ${environments.join(', ')}.`,
    });
    return NO_CONFIG;
  }
  const asMap = (given: unknown, path: string): YAMLMap | undefined => {
    const node = followed(given);
    if (isMap(node)) return node;
    if (node !== undefined) wrong(node, `${path} is not a section with keys below it`, 'See deploy/sample.yaml.');
    return undefined;
  };
  const environment = asMap(section, env);
  const ami = asMap(environment?.get('ami', true), `${env}.ami`);
  const general = asMap(environment?.get('_', true), `${env}._`);

  /** Reads a scalar, or a list of scalars as a comma separated one. */
  const valueAt = (
    parent: YAMLMap | undefined,
    [key = '', ...rest]: readonly string[],
    path: string,
    parameter: string,
  ): Resolved | undefined => {
    const here = `${path}.${key}`;
    if (rest.length > 0) return valueAt(asMap(parent?.get(key, true), here), rest, here, parameter);
    const node = followed(parent?.get(key, true));
    if (node === undefined) return undefined;
    const source = `${name}: ${here}`;
    if (isScalar(node)) return { value: String(node.value), source };
    if (isSeq(node) && node.items.every(isScalar)) {
      return { value: node.items.map(item => String(item.value)).join(','), source };
    }
    wrong(node, `${here} is not a single value`, 'Give one value, or a list of values.', parameter);
    return undefined;
  };

  for (const { key } of ami?.items ?? []) {
    const known = [...SECTIONS, ...IN_FILES.map(({ name }) => name)];
    if (known.includes(String(key))) continue;
    wrong(key, `${env}.ami.${key} is not a parameter`, nearest(String(key), known));
  }
  const config: Config = { parameters: new Map() };
  for (const parameter of IN_FILES) {
    const [, ...keys] = parameter.config ?? ['ami', parameter.name];
    const value = valueAt(ami, keys, `${env}.ami`, parameter.name);
    if (value) config.parameters.set(parameter.name, value);
  }
  const s3 = valueAt(ami, ['s3'], `${env}.ami`, 's3');
  const s3base = valueAt(general, ['s3base'], `${env}._`, 's3base');
  const accountId = valueAt(environment, ['account_id'], env, 'account_id');
  return { ...config, ...(s3 && { s3 }), ...(s3base && { s3base }), ...(accountId && { accountId }) };
}
