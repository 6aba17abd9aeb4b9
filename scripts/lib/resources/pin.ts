import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { YAMLMap } from 'yaml';
import { yaml } from '../command/yaml.ts';
import type { Pinned } from './fetch.ts';
import { type ListedResource, RESOURCE_LIST } from './list.ts';

/** Records checksums in the list of resources; everything else in it, comments included, stays as it is. */
export function pinResources(pinned: readonly Pinned[], file = RESOURCE_LIST): void {
  if (pinned.length === 0) return;
  const { isMap, LineCounter, parseDocument } = yaml();
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines, keepSourceTokens: true });
  const entries = (document.get('resources') as { items: unknown[] }).items.filter(isMap) as YAMLMap[];
  for (const { resource, sha256 } of pinned) {
    const entry = entries.find(({ range }) => lines.linePos(range?.[0] ?? 0).line === resource.line);
    entry?.setIn(resource.region ? ['sha256', resource.region] : ['sha256'], sha256);
  }
  save(file, document.toString({ lineWidth: 0 }));
}

/** Adds an entry for another version of Python, like the last one there is; returns it unpinned, or nothing. */
export function addPython(version: string, list: readonly ListedResource[], file = RESOURCE_LIST): void {
  const like = list.findLast(({ name }) => name === 'python');
  if (!like) return;
  const { LineCounter, parseDocument } = yaml();
  const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: new LineCounter() });
  const resources = document.get('resources') as { items: unknown[] };
  const url = like.url.replaceAll(like.version, '${version}');
  const quoted = document.createNode(version);
  quoted.type = 'QUOTE_DOUBLE';
  const entry = document.createNode({ name: 'python', url }) as YAMLMap;
  entry.items.splice(1, 0, document.createPair('version', quoted));
  resources.items.splice(1, 0, entry);
  save(file, document.toString({ lineWidth: 0 }));
}

function save(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}
