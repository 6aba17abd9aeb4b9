import type { Alias, Document, Node, Pair, Scalar, YAMLMap } from 'yaml';
import { yaml } from '../command/yaml.ts';

/** A key of a section, and what stands behind it. */
export interface Entry {
  name: string;
  key: unknown;
  value: unknown;
}

/** What a walk through a document found: each in time that grows with the document, and no faster. */
export interface Nodes {
  /** The node itself, or what it stands for when it is an alias; undefined where no anchor is. */
  followed(node: unknown): unknown;
  /** The keys of a section, with those that it merges (`<<`). Its own win; of a list of sections, the earlier one. */
  entries(section: YAMLMap): Map<string, Entry>;
  /** Keys that stand twice in one section. */
  twice: Node[];
  /** What is merged, and is no section. */
  notMerged: Node[];
}

/** Walks through a document once. */
export function nodesOf(document: Document): Nodes {
  const { isAlias, isMap, isSeq, visit } = yaml();
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node | undefined>();
  const sections: YAMLMap[] = [];
  visit(document, {
    Alias: (_, alias) => void targets.set(alias, anchors.get(alias.source)),
    Map: (_, map) => {
      if (map.anchor) anchors.set(map.anchor, map);
      sections.push(map);
    },
    Seq: (_, seq) => void (seq.anchor && anchors.set(seq.anchor, seq)),
    Scalar: (_, scalar) => void (scalar.anchor && anchors.set(scalar.anchor, scalar)),
  });
  const followed = (node: unknown) => (isAlias(node) ? targets.get(node) : node);
  const known = new Map<YAMLMap, Map<string, Entry>>();
  const notMerged: Node[] = [];

  const merged = (given: unknown): YAMLMap[] => {
    const node = followed(given);
    const parts = isSeq(node) ? node.items.map(followed) : [node];
    if (!parts.every(part => isMap(part))) notMerged.push(given as Node);
    return parts.filter(part => isMap(part));
  };
  const entries = (section: YAMLMap): Map<string, Entry> => {
    const before = known.get(section);
    if (before) return before;
    const found = new Map<string, Entry>();
    // Known before it is whole: a section may merge one that contains it.
    known.set(section, found);
    const own = section.items.filter(pair => !isMerge(pair));
    for (const pair of own) {
      const name = nameOf(followed(pair.key));
      if (!found.has(name)) found.set(name, { name, key: pair.key, value: pair.value });
    }
    for (const pair of section.items.filter(isMerge)) {
      for (const entry of merged(pair.value).flatMap(part => [...entries(part).values()])) {
        if (!found.has(entry.name)) found.set(entry.name, entry);
      }
    }
    return found;
  };
  const twice = sections.flatMap(section => twiceIn(section, followed));
  for (const section of sections) entries(section);
  return { followed, entries, twice, notMerged };
}

/** Quoted, it is a key like any other. */
function isMerge({ key }: Pair): boolean {
  return yaml().isScalar(key) && key.value === '<<' && key.type === 'PLAIN';
}

function twiceIn(section: YAMLMap, followed: (node: unknown) => unknown): Node[] {
  const seen = new Set<string>();
  return section.items.flatMap(({ key }) => {
    const name = nameOf(followed(key));
    const isAgain = seen.has(name);
    seen.add(name);
    return isAgain ? [key as Node] : [];
  });
}

/** A key is text; one that is a section or a list is told by what kind it is. */
function nameOf(key: unknown): string {
  if (yaml().isScalar(key)) return String((key as Scalar).value);
  return key === undefined || key === null ? '' : `(a ${yaml().isMap(key) ? 'section' : 'list'} as a key)`;
}
