// What changed between two images, by their records (CycloneDX). Pure.

/** As much of CycloneDX as a comparison needs. */
export interface Sbom {
  metadata?: { component?: { name?: string; properties?: Property[] } };
  components?: Component[];
}

interface Property {
  name: string;
  value: string;
}

interface Component {
  type: string;
  name: string;
  version?: string;
  purl?: string;
  hashes?: { alg: string; content: string }[];
}

/** What became of one thing: before is missing for what was added, after for what was removed. */
export interface Change {
  name: string;
  before?: string;
  after?: string;
}

/** The parts of an image that are compared, each by a question that a component answers. */
const SECTIONS: [title: string, belongs: (component: Component) => boolean][] = [
  ['Operating system', ({ type }) => type === 'operating-system'],
  ['Packages', ({ type, purl = '' }) => type === 'library' && !purl.startsWith('pkg:pypi/')],
  ['Python packages', ({ purl = '' }) => purl.startsWith('pkg:pypi/')],
  ['Tools', ({ type }) => type === 'application'],
  ['From outside', ({ type }) => type === 'file'],
];

/** The changes from a to b in each part of the image, and in what the image was built with. */
export function diff(a: Sbom, b: Sbom): Map<string, Change[]> {
  const sections = SECTIONS.map(([title, belongs]): [string, Change[]] => [
    title,
    changes(states(a.components?.filter(belongs)), states(b.components?.filter(belongs))),
  ]);
  return new Map([['Image', changes(settings(a), settings(b))], ...sections]);
}

/** The changes as Markdown, with a line that sums them up. */
export function diffAsMarkdown(a: Sbom, b: Sbom): string {
  const found = [...diff(a, b)].filter(([, list]) => list.length > 0);
  const all = found.filter(([title]) => title !== 'Image').flatMap(([, list]) => list);
  const count = (is: (change: Change) => boolean) => all.filter(is).length;
  const added = count(({ before }) => before === undefined);
  const removed = count(({ after }) => after === undefined);
  const summary =
    all.length === 0
      ? 'Nothing on the image has changed.'
      : `${added} added, ${removed} removed, ${all.length - added - removed} changed.`;
  const lines = [`# From ${nameOf(a)} to ${nameOf(b)}`, '', summary];
  for (const [title, list] of found) {
    lines.push('', `## ${title}`, '', '| | before | after |', '|--|--|--|');
    lines.push(
      ...list.map(({ name, before = '', after = '' }) => `| ${cell(name)} | ${cell(before)} | ${cell(after)} |`),
    );
  }
  return `${lines.join('\n')}\n`;
}

function nameOf({ metadata }: Sbom): string {
  return metadata?.component?.name ?? 'an image without a name';
}

/** What the image was built with, but for what is another one in every build. */
function settings({ metadata }: Sbom): Map<string, string> {
  const properties = metadata?.component?.properties ?? [];
  const lasting = properties.filter(({ name }) => name !== 'lava:build_id');
  return new Map(lasting.map(({ name, value }) => [name.replace(/^lava:/, '').replaceAll('_', ' '), value]));
}

/** Each thing by its name, with all versions of it that are there. */
function states(components: Component[] = []): Map<string, string> {
  const found = new Map<string, string[]>();
  for (const component of components) {
    found.set(component.name, [...(found.get(component.name) ?? []), stateOf(component)]);
  }
  return new Map([...found].map(([name, versions]) => [name, versions.sort().join(', ')]));
}

/** A file from outside may change under the version that it had. */
function stateOf({ version = 'unknown version', hashes }: Component): string {
  const checksum = hashes?.find(({ alg }) => alg === 'SHA-256')?.content;
  return checksum ? `${version} (${checksum.slice(0, 12)})` : version;
}

function changes(before: Map<string, string>, after: Map<string, string>): Change[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names
    .filter(name => before.get(name) !== after.get(name))
    .map(name => {
      const [old, now] = [before.get(name), after.get(name)];
      return { name, ...(old !== undefined && { before: old }), ...(now !== undefined && { after: now }) };
    });
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
