import type { Document, Node, YAMLMap } from 'yaml';
import type { Problem } from '../command/problems.ts';
import { yaml } from '../command/yaml.ts';
import type { Resolved } from './settings.ts';

/** A config file that was parsed, and where what is wrong with it goes. */
export interface ConfigFile {
  /** What it is called in messages and sources. */
  name: string;
  root: YAMLMap;
  document: Document;
  lineOf: (node: unknown) => number;
  problems: Problem[];
}

/** Parses a config file, every scalar as text; nothing when it is not YAML, or has no keys, which then is a problem. */
export function parseFile(text: string, name: string, problems: Problem[]): ConfigFile | undefined {
  const { isMap, LineCounter, parseDocument } = yaml();
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, schema: 'failsafe', prettyErrors: false });
  for (const { code, message, pos } of document.errors) {
    const { line, col } = lines.linePos(pos[0]);
    const isTwice = code === 'DUPLICATE_KEY';
    problems.push({
      parameter: 'config',
      source: `${name}, line ${line}, column ${col}`,
      message: isTwice ? 'the same key stands here twice' : `is not YAML: ${message}`,
      fix: isTwice ? 'Keep one of the two.' : 'Mend it there.',
    });
  }
  if (document.errors.length > 0) return undefined;
  const lineOf = (node: unknown) => lines.linePos((node as Node | null)?.range?.[0] ?? 0).line;
  const root = document.contents;
  if (isMap(root)) return { name, root, document: document as Document, lineOf, problems };
  const fix = 'See deploy/sample.yaml: the top level keys are environments.';
  problems.push({ parameter: 'config', source: `${name}, line ${lineOf(root)}`, message: 'has no environments', fix });
  return undefined;
}

/** Adds a problem with a node of the file. */
export function wrongAt(file: ConfigFile, node: unknown, message: string, fix: string, parameter = 'config'): void {
  file.problems.push({ parameter, source: `${file.name}, line ${file.lineOf(node)}`, message, fix });
}

/** A node that has to be a section with keys; nothing where there is none. `path` is where it stands. */
export function sectionOf(file: ConfigFile, given: unknown, path: string): YAMLMap | undefined {
  const node = followed(file, given);
  if (yaml().isMap(node)) return node;
  if (node !== undefined) wrongAt(file, node, `${path} is not a section with keys below it`, 'See deploy/sample.yaml.');
  return undefined;
}

/** Reads a scalar, or a list of scalars as a comma separated one, below a section that stands at `path`. */
export function valueAt(
  file: ConfigFile,
  section: YAMLMap | undefined,
  path: string,
  [key = '', ...rest]: readonly string[],
  parameter: string,
): Resolved | undefined {
  const { isScalar, isSeq } = yaml();
  const here = `${path}.${key}`;
  const given = section?.get(key, true);
  if (rest.length > 0) return valueAt(file, sectionOf(file, given, here), here, rest, parameter);
  const node = followed(file, given);
  if (node === undefined) return undefined;
  const source = `${file.name}: ${here}`;
  if (isScalar(node)) return { value: String(node.value), source };
  if (isSeq(node) && node.items.every(isScalar)) {
    return { value: node.items.map(item => String(item.value)).join(','), source };
  }
  wrongAt(file, node, `${here} is not a single value`, 'Give one value, or a list of values.', parameter);
  return undefined;
}

/** The node itself, or what it stands for when it is an alias. */
function followed(file: ConfigFile, node: unknown): unknown {
  if (!yaml().isAlias(node)) return node;
  const target = node.resolve(file.document);
  if (target === undefined) {
    wrongAt(file, node, `is not YAML: the alias *${node.source} has no anchor`, 'Mend it there.');
  }
  return target;
}
