import type { Node, YAMLMap } from 'yaml';
import type { Problem } from '../command/problems.ts';
import { yaml } from '../command/yaml.ts';
import type { Resolved } from './settings.ts';
import { type Nodes, nodesOf } from './yaml-nodes.ts';

/** A config file that was parsed, and where what is wrong with it goes. */
export interface ConfigFile {
  /** What it is called in messages and sources. */
  name: string;
  root: YAMLMap;
  nodes: Nodes;
  lineOf: (node: unknown) => number;
  problems: Problem[];
}

/** Parses a config file, every scalar as text; nothing when it is not YAML, or has no keys, which then is a problem. */
export function parseFile(text: string, name: string, problems: Problem[]): ConfigFile | undefined {
  const { isMap, LineCounter, parseDocument } = yaml();
  const lines = new LineCounter();
  // Keys that stand twice are found below: the library compares each with all others.
  const options = { lineCounter: lines, schema: 'failsafe', prettyErrors: false, uniqueKeys: false } as const;
  const document = parseDocument(text, options);
  for (const { code, message, pos } of document.errors) {
    const { line, col } = lines.linePos(pos[0]);
    const isSecond = code === 'MULTIPLE_DOCS';
    problems.push({
      parameter: 'config',
      source: `${name}, line ${line}, column ${col}`,
      message: isSecond ? 'a second document begins here' : `is not YAML: ${message}`,
      fix: isSecond ? 'Put all environments into one document.' : 'Mend it there.',
    });
  }
  if (document.errors.length > 0) return undefined;
  const lineOf = (node: unknown) => lines.linePos((node as Node | null)?.range?.[0] ?? 0).line;
  const root = document.contents;
  if (!isMap(root)) {
    const fix = 'See deploy/sample.yaml: the top level keys are environments.';
    problems.push({
      parameter: 'config',
      source: `${name}, line ${lineOf(root)}`,
      message: 'has no environments',
      fix,
    });
    return undefined;
  }
  const nodes = nodesOf(document);
  const file: ConfigFile = { name, root, nodes, lineOf, problems };
  const before = problems.length;
  for (const key of nodes.twice) {
    const of =
      String(key) === '<<' ? 'Keep one of the two; a list merges several: <<: [*a, *b].' : 'Keep one of the two.';
    wrongAt(file, key, 'the same key stands here twice', of);
  }
  for (const value of nodes.notMerged) {
    wrongAt(
      file,
      value,
      'what is merged here (<<) is no section with keys',
      'Merge *NAME of a section that has &NAME.',
    );
  }
  return problems.length > before ? undefined : file;
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
  const given = section && file.nodes.entries(section).get(key)?.value;
  if (rest.length > 0) return valueAt(file, sectionOf(file, given, here), here, rest, parameter);
  const node = followed(file, given);
  if (node === undefined) return undefined;
  const source = `${file.name}: ${here}`;
  if (isScalar(node)) return { value: String(node.value), source };
  if (node === null) return { value: '', source };
  const items = isSeq(node) ? node.items.map(item => followed(file, item)) : [node];
  if (items.every(isScalar)) return { value: items.map(({ value }) => String(value)).join(','), source };
  wrongAt(file, node, `${here} is not a single value`, 'Give one value, or a list of values.', parameter);
  return undefined;
}

/** The node itself, or what it stands for when it is an alias. */
function followed(file: ConfigFile, node: unknown): unknown {
  const target = file.nodes.followed(node);
  if (target === undefined && yaml().isAlias(node)) {
    wrongAt(file, node, `is not YAML: the alias *${node.source} has no anchor`, 'Mend it there.');
  }
  return target;
}
